import { useCallback, useEffect, useState } from "preact/hooks";
import type { Api } from "../api/client";
import type { Artifact, Delivery, Report, TimelineEvent, Warning } from "../api/types";
import { ActButton } from "../ui/act-button";
import { StatusChip } from "../ui/chip";
import { Dialog } from "../ui/dialog";
import { bytes, count, moment } from "../ui/format";
import { Icon } from "../ui/icons";
import { ProgressBar } from "../ui/progress";
import { saveAs } from "../ui/save";
import { adviceFor, violationsOf } from "./advice";
import { Deliveries } from "./deliveries";
import { Poller } from "./polling";
import { ReadingOf, type MadeFrom } from "./reading";
import type { Typed } from "../upload/file-options";
import { useSteady } from "./steady";
import { Timeline } from "./timeline";
import { durationOf, isOver, nameOf, progressOf } from "./words";

interface Props {
  api: Api;
  id: string;
  mayAct: boolean;
  onClose(): void;
  onChanged(): void;
  /** Return what this page knows of the file of an upload's key. */
  madeFrom(key: string): MadeFrom;
  onMakeAgain(report: Report, file: File, typed: Typed): void;
}

interface Known {
  report: Report;
  events: TimelineEvent[];
  deliveries: Delivery[];
}

/** Show all that is known of a report, as it is now. */
export function Detail({ api, id, mayAct, onClose, onChanged, madeFrom, onMakeAgain }: Props) {
  const [known, setKnown] = useState<Known | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const poller = new Poller(async () => {
      try {
        const [report, events, deliveries] = await Promise.all([api.report(id, signal), api.events(id, signal), api.deliveries(id, signal)]);
        setKnown({ report, events, deliveries });
        setFault(null);
        return !isOver(report);
      } catch (error) {
        if (!signal.aborted) setFault((error as Error).message);
        throw error;
      }
    });
    poller.start();
    return () => {
      poller.stop();
      controller.abort();
    };
  }, [api, id, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  // What goes wrong is said in here: the page behind a modal dialog is out of reach for screen readers.
  async function act(what: Promise<unknown>): Promise<void> {
    setRefusal(null);
    await what.catch((error: Error) => setRefusal(error.message));
    again();
    onChanged();
  }

  async function saveReceipt(): Promise<void> {
    setRefusal(null);
    await api.receipt(id).then((receipt) => saveAs(`${id}.receipt.json`, receipt), (error: Error) => setRefusal(error.message));
  }

  return (
    <Dialog label={known ? nameOf(known.report) : "Report"} kind="drawer" onClose={onClose}>
      <header class="drawer-head">
        <div class="drawer-title">
          {known && <StatusChip status={known.report.status} />}
          <h2>{known ? nameOf(known.report) : fault ? "No report" : "Loading …"}</h2>
        </div>
        {known && <Actions report={known.report} mayAct={mayAct} onRetry={() => act(api.retry(id))} onCancel={() => act(api.cancel(id))} />}
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </header>
      {[refusal, fault].map((said) => said && <p key={said} class="notice is-bad" role="alert">{said}</p>)}
      {known && (
        <div class="drawer-body">
          <Preview report={known.report} />
          <div class="drawer-side">
            <Facts report={known.report} />
            {known.report.provenance && (
              <p>
                <ActButton class="button" onAct={saveReceipt}><Icon name="download" /> Receipt</ActButton>{" "}
                <span class="hint">What it was made of, to prove where its files come from</span>
              </p>
            )}
            <Warnings warnings={known.report.warnings ?? []} />
            {isOver(known.report) && (
              <ReadingOf report={known.report} madeFrom={madeFrom(known.report.source)} onMakeAgain={mayAct ? (file, typed) => onMakeAgain(known.report, file, typed) : null} />
            )}
            <Files report={known.report} />
            <Timeline events={known.events} />
            <Deliveries api={api} report={known.report} deliveries={known.deliveries} mayAct={mayAct} onReplayed={again} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

const pdfOf = (report: Report): Artifact | undefined => report.artifacts?.find((artifact) => artifact.content_type === "application/pdf");

interface ActionsProps {
  report: Report;
  mayAct: boolean;
  onRetry(): Promise<void>;
  onCancel(): Promise<void>;
}

function Actions({ report, mayAct, onRetry, onCancel }: ActionsProps) {
  const pdf = pdfOf(report);
  return (
    <div class="drawer-actions">
      {pdf && <a class="button primary" href={pdf.download_url} download={pdf.name}><Icon name="download" /> Download</a>}
      {mayAct && report.can_retry && <ActButton class="button" onAct={onRetry}><Icon name="retry" /> Retry</ActButton>}
      {mayAct && !isOver(report) && <ActButton class="button" onAct={onCancel}><Icon name="close" /> Cancel</ActButton>}
    </div>
  );
}

function Preview({ report }: { report: Report }) {
  const pdf = useSteady(pdfOf(report), report);
  const first = useSteady(report.thumbnail, report);
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
      {progress ? <ProgressBar label="Progress" {...progress} /> : <p class="hint">{report.status === "CANCELLED" ? "It was cancelled before there was a PDF." : "It waits in the queue."}</p>}
      {report.status === "PENDING" && report.error && <p>The last attempt failed, and another one follows by itself: {report.error.message}</p>}
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
            <a href={artifact.download_url} download={artifact.name}>{artifact.name}</a>
            <span class="hint"> {bytes(artifact.bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ report }: { report: Report }) {
  const facts: [string, string | undefined | null][] = [
    ["Paused", report.paused?.reason],
    ["Template", report.sample ? `${report.template}, sample` : report.template],
    ["Pages", report.pages === undefined ? null : count(report.pages)],
    ["Size", report.bytes === undefined ? null : bytes(report.bytes)],
    ["Made in", durationOf(report)],
    ["Asked for", moment(report.created_at)],
    ["By", { api: "the API", queue: "the queue", upload: "an uploaded file" }[report.door]],
    ["Attempts", report.attempts > 1 ? count(report.attempts) : null],
    ["Cost", report.cost ? `about $${report.cost.toFixed(6)}` : null],
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

/** Say what is odd about a report that was made all the same. */
function Warnings({ warnings }: { warnings: Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <section aria-labelledby="warnings-title">
      <h3 id="warnings-title">Warnings</h3>
      <ul class="warnings">
        {warnings.map((warning, at) => <li key={at}><Icon name="warning" /> <span>{warning.message}</span></li>)}
      </ul>
    </section>
  );
}
