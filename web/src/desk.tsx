import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Api } from "./api/client";
import type { Me, Report, TemplateSummary } from "./api/types";
import { may } from "./auth/session";
import { Composer } from "./compose/composer";
import { BulkRetry } from "./run/bulk-retry";
import { Detail } from "./run/detail";
import { Filters } from "./run/filters";
import { ReportList } from "./run/report-list";
import { useReports, type Filter } from "./run/use-reports";
import { nameOf } from "./run/words";
import { Icon } from "./ui/icons";
import type { Typed } from "./upload/file-options";
import { DropTarget } from "./upload/drop";
import { templateFor } from "./upload/kinds";
import { UploadTray } from "./upload/tray";
import { isMoving, Uploads, type Upload } from "./upload/uploads";
import { useRoute } from "./route";

const KEPT_TEMPLATE = "pressrun.template";
const ONLY_READS = "You may see reports, but not make any. To make reports, you need the scope submit.";

interface Props {
  api: Api;
  me: Me;
  templates: TemplateSummary[];
  /** Ask anew how much of a day's reports is used. */
  onUsed(): void;
}

/** The page after signing in: the form on one side, the reports on the other. */
export function Desk({ api, me, templates, onUsed }: Props) {
  const maySubmit = may(me, "submit");
  const [chosen, setChosen] = useState(() => remembered(templates));
  const [filter, setFilter] = useState<Filter>({ status: "", template: "" });
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [said, setSaid] = useState<{ text: string; isBad: boolean } | null>(null);
  const [typed, setTyped] = useState<Typed>({});
  const [side, setSide] = useState<"make" | "run">("make");
  const [isBulk, setBulk] = useState(false);
  const [route, go] = useRoute();
  const awaited = useRef(uploads);
  awaited.current = uploads;
  const isAwaiting = useCallback(() => awaited.current.some((upload) => isMoving(upload, Date.now())), []);
  const reports = useReports(api, filter, isAwaiting);
  const sender = useMemo(() => new Uploads(api, setUploads, reports.hurry), [api, reports.hurry]);
  // Nothing more is sent for a user who has signed out.
  useEffect(() => () => sender.stop(), [sender]);

  const onFiles = useCallback(
    (files: File[]) => {
      sender.add(files, (name) => templateFor(name, templates, chosen), typed);
      setSide("run");
      go("/");
    },
    [sender, templates, chosen, typed],
  );
  const makeAgain = (report: Report, file: File, changed: Typed) => {
    sender.add([file], () => report.template, changed);
    setSide("run");
    go("/");
  };
  useEffect(() => {
    if (!reports.page) return;
    // What is filtered, or on another page, has to be looked for.
    const isWhole = reports.number === 1 && reports.page.cursor === null && filter.status === "" && filter.template === "";
    void sender.forget(reports.page.reports, isWhole);
  }, [reports.page]);
  useNewest(reports.page && (reports.page.reports[0]?.id ?? "none"), onUsed);

  const act = async (what: Promise<unknown>, text: string) => {
    try {
      await what;
      setSaid({ text, isBad: false });
    } catch (error) {
      setSaid({ text: (error as Error).message, isBad: true });
    }
    reports.hurry();
  };
  const onRetry = (report: Report) => act(api.retry(report.id), `${nameOf(report)} is made once more.`);
  const onCancel = (report: Report) => act(api.cancel(report.id), `${nameOf(report)} was cancelled.`);
  const choose = (name: string) => {
    setChosen(name);
    sessionStorage.setItem(KEPT_TEMPLATE, name);
  };

  return (
    <>
      <main class={`desk ${maySubmit ? "" : "is-list"}`} data-side={maySubmit ? side : "run"}>
        <h1 class="sr">Pressrun</h1>
        {maySubmit && (
          <>
            <nav class="sides" aria-label="Parts of the page">
              <button type="button" aria-pressed={side === "make"} onClick={() => setSide("make")}>New report</button>
              <button type="button" aria-pressed={side === "run"} onClick={() => setSide("run")}>Reports</button>
            </nav>
            <Composer
              api={api}
              me={me}
              templates={templates}
              chosen={chosen}
              onChoose={choose}
              onSubmitted={(id) => {
                reports.hurry();
                go(`/reports/${id}`);
              }}
            />
          </>
        )}
        <section class="run" aria-labelledby="run-title">
          {maySubmit ? (
            <UploadTray uploads={uploads} typed={typed} onTyped={setTyped} onFiles={onFiles} onDismiss={(id) => sender.dismiss(id)} onAgain={(id) => sender.again(id)} />
          ) : (
            <p class="tray tray-closed">{ONLY_READS}</p>
          )}
          <div class="sheet">
            <header class="run-head">
              <h2 id="run-title">Reports</h2>
              <Filters filter={filter} templates={templates} onFilter={setFilter} />
            </header>
            <Said said={said} onClose={() => setSaid(null)} />
            {reports.fault && <p class="notice is-bad" role="alert">{reports.fault}</p>}
            {reports.page === null && !reports.fault && <p class="waiting">Loading the reports …</p>}
            {reports.page?.later && <p class="notice" role="status">A later release of Pressrun made {reports.page.later.length === 1 ? "a report" : `${reports.page.later.length} reports`} in this part of the list. Only that release can show them; they are not lost: {reports.page.later.join(", ")}</p>}
            {reports.page?.reports.length === 0 && !reports.page.later && <Empty isFiltered={filter.status !== "" || filter.template !== ""} maySubmit={maySubmit} />}
            {reports.page && <ReportList reports={reports.page.reports} now={reports.now} mayAct={maySubmit} onRetry={onRetry} onCancel={onCancel} />}
            <footer class="run-foot">
              {may(me, "admin") && <button type="button" class="quiet" onClick={() => setBulk(true)}><Icon name="retry" /> Retry many …</button>}
              <nav class="pager" aria-label="Pages of the list">
                <button type="button" class="quiet" disabled={reports.number === 1} onClick={reports.newer}><Icon name="left" /> Newer</button>
                <span>Page {reports.number}</span>
                <button type="button" class="quiet" disabled={!reports.page?.cursor} onClick={reports.older}>Older <Icon name="right" /></button>
              </nav>
            </footer>
          </div>
        </section>
      </main>
      {route.report && (
        <Detail
          key={route.report}
          api={api}
          id={route.report}
          mayAct={maySubmit}
          onClose={() => go("/")}
          onChanged={reports.hurry}
          madeFrom={(key) => sender.sentAs(key) ?? { typed: {} }}
          onMakeAgain={makeAgain}
        />
      )}
      {isBulk && <BulkRetry api={api} templates={templates} onClose={() => setBulk(false)} onRetried={reports.hurry} />}
      <DropTarget onFiles={maySubmit ? onFiles : null} hint={maySubmit ? "CSV, Excel, JSON, JSON Lines, or a picture (JPEG, PNG, HEIC and more); several at once" : ONLY_READS} />
    </>
  );
}

/** Act when another report than before is the newest: each one counts for the day. */
function useNewest(id: string | null, act: () => void): void {
  const known = useRef(id);
  useEffect(() => {
    if (known.current !== null && id !== null && id !== known.current) act();
    known.current = id ?? known.current;
  }, [id]);
}

function remembered(templates: TemplateSummary[]): string {
  const kept = sessionStorage.getItem(KEPT_TEMPLATE);
  return (templates.find((template) => template.name === kept) ?? templates[0])?.name ?? "";
}

function Said({ said, onClose }: { said: { text: string; isBad: boolean } | null; onClose(): void }) {
  return (
    <div role="status">
      {said && (
        <p class={`notice ${said.isBad ? "is-bad" : "is-good"}`}>
          {said.text}
          <button type="button" class="icon-button small" aria-label="Dismiss" onClick={onClose}><Icon name="close" /></button>
        </p>
      )}
    </div>
  );
}

function Empty({ isFiltered, maySubmit }: { isFiltered: boolean; maySubmit: boolean }) {
  const start = maySubmit ? "Fill in the form, or drop a file: it takes a few seconds." : "Reports appear here as soon as your team asks for one.";
  return (
    <div class="empty">
      <span class="proof"><span class="proof-empty" /></span>
      <p>{isFiltered ? "No report matches." : "There are no reports yet."}</p>
      <p class="hint">{isFiltered ? "Choose another status or template." : start}</p>
    </div>
  );
}
