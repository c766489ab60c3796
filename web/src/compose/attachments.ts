import type { ReportOptions } from "../api/types";

type Attachment = NonNullable<ReportOptions["attach"]>[number];

export const MOST_FILES = 20;
export const MOST_BYTES = 2 * 2 ** 20;

/** The suffixes that the API takes, as a file dialog has them. */
export const ACCEPTED = ["csv", "docx", "gz", "jpeg", "jpg", "json", "jsonl", "md", "ods", "odt", "pdf", "png", "tsv", "txt", "xlsx", "xml"].map((suffix) => `.${suffix}`).join(",");

/** Return the files among what is attached. */
export const filesOf = (options: ReportOptions): Attachment[] => (options.attach ?? []).filter((each) => each.content !== undefined);

/** Return the options with what the report is made from attached, or not; files stay. */
export const withSource = (options: ReportOptions, source: string | undefined): ReportOptions["attach"] => listed([...(source === undefined ? [] : [{ source }]), ...filesOf(options)]);

/** Return what is attached with more files, of which those of the same name replace others. */
export function withFiles(options: ReportOptions, more: Attachment[]): ReportOptions["attach"] {
  const names = new Set(more.map((each) => each.name));
  return listed([...(options.attach ?? []).filter((each) => each.content === undefined || !names.has(each.name)), ...more]);
}

/** Return what is attached without a file. */
export const withoutFile = (options: ReportOptions, name: string): ReportOptions["attach"] => listed((options.attach ?? []).filter((each) => each.content === undefined || each.name !== name));

/** Explain why so many files of such sizes cannot be attached; null if they can. */
export function refusalOf(attached: ReportOptions["attach"]): string | null {
  const entries = attached ?? [];
  if (entries.length > MOST_FILES) return `A PDF takes at most ${MOST_FILES} attachments.`;
  const total = entries.reduce((sum, each) => sum + bytesIn(each.content ?? ""), 0);
  return total > MOST_BYTES ? "The files have more than 2 MB together. Attach less, or smaller ones." : null;
}

/** Return how many bytes a text in Base64 stands for. */
export const bytesIn = (base64: string): number => Math.floor((base64.replace(/=+$/, "").length * 3) / 4);

/** Read a file as the API takes it. */
export async function attachmentOf(file: File): Promise<Attachment> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  // In parts, for a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, content: btoa(text) };
}

const listed = (entries: Attachment[]): ReportOptions["attach"] => (entries.length > 0 ? entries : undefined);
