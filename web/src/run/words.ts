import type { Report } from "../api/types";
import { count, seconds } from "../ui/format";

/** Call a report by what its owner knows it by: its file, its title, or the file it was made from. */
export function nameOf(report: Report): string {
  const uploaded = report.door === "upload" ? report.source.split("/").at(-1) : undefined;
  return report.title ?? uploaded ?? report.filename ?? `${report.template} ${report.id.slice(0, 8)}`;
}

export const isOver = (report: Report): boolean => !["PENDING", "RENDERING"].includes(report.status);

/** Say how long the last attempt has taken. */
export function durationOf(report: Report): string | null {
  if (!report.started_at || !report.finished_at) return null;
  const taken = Date.parse(report.finished_at) - Date.parse(report.started_at);
  return taken < 0 ? null : seconds(taken);
}

export function progressOf(report: Report): { done: number; total: number | null; text: string } | null {
  if (report.status !== "RENDERING") return null;
  const progress = report.progress;
  if (!progress) return { done: 0, total: null, text: "Laying out" };
  const { rows_done: done, rows_total: total } = progress;
  if (!total) return { done: 0, total: null, text: `${count(done)} rows` };
  return { done, total, text: `${count(done)} of ${count(total)} rows` };
}

const EVENTS: Record<string, string> = {
  accepted: "Accepted",
  rendering: "A worker renders it",
  succeeded: "Ready",
  failed: "Failed",
  retry: "Waiting for another try",
  retried: "Retried by hand",
  redriven: "Redriven by hand",
  cancelled: "Cancelled",
  queued_again: "Queued again",
};

export const eventWords = (event: string): string =>
  EVENTS[event] ?? event.charAt(0).toUpperCase() + event.slice(1).replaceAll("_", " ");
