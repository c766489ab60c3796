import { useCallback, useEffect, useState } from "preact/hooks";
import type { Api } from "../api/client";
import type { Delivery, Report, TimelineEvent } from "../api/types";
import { StatusChip } from "../ui/chip";
import { Dialog } from "../ui/dialog";
import { bytes, count, moment } from "../ui/format";
import { Icon } from "../ui/icons";
import { ProgressBar } from "../ui/progress";
import { adviceFor, violationsOf } from "./advice";
import { Deliveries } from "./deliveries";
import { Poller } from "./polling";
import { thumbnailOf } from "./thumbnails";
import { Timeline } from "./timeline";
import { durationOf, isOver, nameOf, progressOf } from "./words";

interface Props {
  api: Api;
  id: string;
  onClose(): void;
  onRetry(report: Report): Promise<void>;
  onCancel(report: Report): Promise<void>;
}

interface Known {
  report: Report;
  events: TimelineEvent[];
  deliveries: Delivery[];
}

/** Show all that is known of a report, as it is now. */
export function Detail({ api, id, onClose, onRetry, onCancel }: Props) {
  const [known, setKnown] = useState<Known | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const poller = new Poller(async () => {
      try {
        const [report, events, deliveries] = await Promise.all([api.report(id), api.events(id), api.deliveries(id)]);
        // Its addresses are signed anew each time: the PDF that is shown stays as long as it is the same.
        setKnown((before) => ({ report: withKeptAddresses(report, before?.report), events, deliveries }));
        setFault(null);
        return !isOver(report);
      } catch (error) {
        setFault((error as Error).message);
        throw error;
      }
    });
    poller.start();
    return () => poller.stop();
  }, [api, id, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const act = (what: (report: Report) => Promise<void>, report: Report) => () => void what(report).then(again);

  return (
    <Dialog label={known ? nameOf(known.report) : "Report"} kind="drawer" onClose={onClose}>
      <header class="drawer-head">
        <div class="drawer-title">
          {known && <StatusChip status={known.report.status} />}
          <h2>{known ? nameOf(known.report) : fault ? "No report" : "Loading …"}</h2>
        </div>
        {known && <Actions report={known.report} onRetry={act(onRetry, known.report)} onCancel={act(onCancel, known.report)} />}
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </header>
      {fault && <p class="notice is-bad" role="alert">{fault}</p>}
      {known && (
        <div class="drawer-body">
          <Preview report={known.report} />
          <div class="drawer-side">
            <Facts report={known.report} />
            <Files report={known.report} />
            <Timeline events={known.events} />
            <Deliveries api={api} report={known.report} deliveries={known.deliveries} onReplayed={again} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

function withKeptAddresses(report: Report, before: Report | undefined): Report {
  return before?.updated_at === report.updated_at && before.artifacts ? { ...report, artifacts: before.artifacts } : report;
}

function Actions({ report, onRetry, onCancel }: { report: Report; onRetry(): void; onCancel(): void }) {
  const pdf = report.artifacts?.find((artifact) => artifact.content_type === "application/pdf");
  return (
    <div class="drawer-actions">
      {pdf && (
        <a class="button primary" href={pdf.url} download={pdf.name} target="_blank" rel="noopener"><Icon name="download" /> Download</a>
      )}
      {report.status === "FAILED" && <button type="button" class="button" onClick={onRetry}><Icon name="retry" /> Retry</button>}
      {!isOver(report) && <button type="button" class="button" onClick={onCancel}><Icon name="close" /> Cancel</button>}
    </div>
  );
}

function Preview({ report }: { report: Report }) {
  const pdf = report.artifacts?.find((artifact) => artifact.content_type === "application/pdf");
  const first = thumbnailOf(report);
  const progress = progressOf(report);
  if (pdf) {
    return (
      <div class="preview">
        <iframe class="preview-pdf" src={`${pdf.url}#view=FitH&navpanes=0`} title={`${nameOf(report)}, the PDF`} />
        {first && (
          <a class="preview-page" href={pdf.url} target="_blank" rel="noopener">
            <img src={first.url} width={first.width} height={first.height} alt={`First page of ${nameOf(report)}; opens the PDF`} />
          </a>
        )}
      </div>
    );
  }
  if (report.error && report.status === "FAILED") {
    return (
      <div class="preview preview-none">
        <h3>Why there is no PDF</h3>
        <p class="fault">{report.error.message}</p>
        <ul class="violations">
          {violationsOf(report.error).map(({ pointer, message }) => <li key={pointer + message}><code>{pointer || "/"}</code> {message}</li>)}
        </ul>
        <h3>What to do</h3>
        <p>{adviceFor(report.error)}</p>
        <p class="hint">Code <code>{report.error.code}</code></p>
      </div>
    );
  }
  return (
    <div class="preview preview-none">
      {progress ? <ProgressBar label="Progress" {...progress} /> : <p class="hint">{report.status === "CANCELLED" ? "It was cancelled before there was a PDF." : "It waits for its turn."}</p>}
    </div>
  );
}

/** List what was made besides the PDF and its first page, such as previews of a photo. */
function Files({ report }: { report: Report }) {
  const others = (report.artifacts ?? []).filter((artifact) => artifact.content_type !== "application/pdf" && artifact.name !== "thumbnail.png");
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="files-title">
      <h3 id="files-title">Other files</h3>
      <ul class="files">
        {others.map((artifact) => (
          <li key={artifact.name}>
            <a href={artifact.url} target="_blank" rel="noopener" download={artifact.name}>{artifact.name}</a>
            <span class="hint"> {bytes(artifact.bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ report }: { report: Report }) {
  const facts: [string, string | undefined | null][] = [
    ["Template", report.template],
    ["Pages", report.pages === undefined ? null : count(report.pages)],
    ["Size", report.bytes === undefined ? null : bytes(report.bytes)],
    ["Made in", durationOf(report)],
    ["Asked for", moment(report.created_at)],
    ["By", { api: "the API", queue: "the queue", upload: "an uploaded file" }[report.door]],
    ["Attempts", report.attempts > 1 ? count(report.attempts) : null],
    ["Warnings", report.warnings ? count(report.warnings.length) : null],
    ["Id", report.id],
  ];
  return (
    <section aria-labelledby="facts-title">
      <h3 id="facts-title">Facts</h3>
      <dl class="facts-list">
        {facts.filter(([, value]) => value).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
