import { useState } from "preact/hooks";
import type { Report } from "../api/types";
import { ActButton } from "../ui/act-button";
import { StatusChip } from "../ui/chip";
import { ago, bytes, counted } from "../ui/format";
import { Icon } from "../ui/icons";
import { ProgressBar } from "../ui/progress";
import { adviceFor } from "./advice";
import { useSteady } from "./steady";
import { durationOf, isOver, nameOf, progressOf } from "./words";

interface Props {
  reports: Report[];
  now: number;
  mayAct: boolean;
  onRetry(report: Report): Promise<void>;
  onCancel(report: Report): Promise<void>;
}

export function ReportList({ reports, ...shared }: Props) {
  return (
    <ul class="reports">
      {reports.map((report) => <Row key={report.id} report={report} {...shared} />)}
    </ul>
  );
}

function Row({ report, now, mayAct, onRetry, onCancel }: Omit<Props, "reports"> & { report: Report }) {
  const progress = progressOf(report);
  const name = nameOf(report);
  return (
    <li class={`report is-${report.status.toLowerCase()}`} data-report={report.id}>
      <Sheet key={report.updated_at} report={report} />
      <div class="report-main">
        <div class="report-line">
          <a class="report-name" href={`#/reports/${report.id}`}>{name}</a>
          <StatusChip status={report.status} />
        </div>
        <Facts report={report} now={now} />
        {progress && <ProgressBar label={`Progress of ${name}`} {...progress} />}
        {report.status === "FAILED" && report.error && (
          <p class="reason">
            <span class="fault">{report.error.message}</span>{" "}
            <span class="advice">{adviceFor(report.error)}</span>
          </p>
        )}
      </div>
      <div class="report-actions">
        {mayAct && report.can_retry && (
          <ActButton class="quiet" label={`Retry ${name}`} onAct={() => onRetry(report)}><Icon name="retry" /> Retry</ActButton>
        )}
        {mayAct && !isOver(report) && (
          <ActButton class="quiet" label={`Cancel ${name}`} onAct={() => onCancel(report)}><Icon name="close" /> Cancel</ActButton>
        )}
      </div>
    </li>
  );
}

function Facts({ report, now }: { report: Report; now: number }) {
  const taken = durationOf(report);
  const facts = [
    report.sample ? `${report.template}, sample` : report.template,
    report.pages === undefined ? null : counted(report.pages, "page"),
    report.bytes === undefined ? null : bytes(report.bytes),
    report.status === "SUCCEEDED" && taken ? `made in ${taken}` : null,
    report.attempts > 1 ? counted(report.attempts, "attempt") : null,
    report.warnings?.length ? counted(report.warnings.length, "warning") : null,
  ].filter((fact) => fact !== null);
  return (
    <p class="facts">
      {facts.map((fact) => <span key={fact}>{fact}</span>)}
      <time dateTime={report.created_at} title={new Date(report.created_at).toLocaleString("en-GB")}>{ago(report.created_at, now)}</time>
    </p>
  );
}

/** Show the first page, or an empty sheet while there is none. */
function Sheet({ report }: { report: Report }) {
  const [isGone, setGone] = useState(false);
  const first = useSteady(report.thumbnail, report);
  // Files are kept for a while, and may be gone before the entry is.
  const thumbnail = isGone ? undefined : first;
  return (
    <div class={`proof ${thumbnail && thumbnail.width > thumbnail.height ? "is-wide" : ""}`}>
      {thumbnail ? <img src={thumbnail.url} width={thumbnail.width} height={thumbnail.height} alt="" onError={() => setGone(true)} /> : <span class="proof-empty" />}
    </div>
  );
}
