import { useRef, useState } from "preact/hooks";
import type { Api } from "../api/client";
import type { RetryCounts, RetryFilter, TemplateSummary } from "../api/types";
import { Dialog } from "../ui/dialog";
import { count, counted } from "../ui/format";

const MOST = 1000;
const HOURS: [string, string][] = [["", "Whenever"], ["1", "In the last hour"], ["24", "In the last day"], ["168", "In the last week"]];

interface Props {
  api: Api;
  templates: TemplateSummary[];
  onClose(): void;
  onRetried(): void;
}

/** Say why nothing would be retried. */
function nothingToRetry({ skipped }: RetryCounts): string {
  return skipped === 0 ? "No failed report matches." : `None can be retried: ${counted(skipped, "report")} would fail again, with the same data.`;
}

/** Let an administrator retry many failed reports: first counted, then retried. */
export function BulkRetry({ api, templates, onClose, onRetried }: Props) {
  const [code, setCode] = useState("");
  const [template, setTemplate] = useState("");
  const [hours, setHours] = useState("");
  const [preview, setPreview] = useState<RetryCounts | null>(null);
  const [done, setDone] = useState<RetryCounts | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  // A count that comes after its filter was changed is one of something else.
  const wanted = useRef(0);

  const changed = (set: (value: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    setPreview(null);
    setDone(null);
    setFault(null);
    wanted.current += 1;
  };
  function filter(): RetryFilter {
    return {
      ...(code.trim() ? { error_code: code.trim() } : {}),
      ...(template ? { template } : {}),
      ...(hours ? { created_after: new Date(Date.now() - Number(hours) * 3_600_000).toISOString() } : {}),
    };
  }
  async function run(dryRun: boolean): Promise<void> {
    const asked = wanted.current;
    setBusy(true);
    setFault(null);
    try {
      const counts = await api.retryMany(filter(), MOST, dryRun);
      setPreview(dryRun && asked === wanted.current ? counts : null);
      setDone(dryRun ? null : counts);
      if (!dryRun) onRetried();
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog label="Retry failed reports" kind="box" onClose={onClose}>
      <h2>Retry failed reports</h2>
      <p class="lead">Choose among all failed reports, the newest first. You see their number before anything is retried.</p>
      <div class="fields">
        <div class="field">
          <label for="bulk-code">Error code</label>
          <input id="bulk-code" value={code} placeholder="any, or worker_lost" autocomplete="off" onInput={changed(setCode)} />
        </div>
        <div class="field">
          <label for="bulk-template">Template</label>
          <select id="bulk-template" value={template} onChange={changed(setTemplate)}>
            <option value="">All templates</option>
            {templates.map((each) => <option key={each.name} value={each.name}>{each.title}</option>)}
          </select>
        </div>
        <div class="field">
          <label for="bulk-hours">Asked for</label>
          <select id="bulk-hours" value={hours} onChange={changed(setHours)}>
            {HOURS.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </div>
      </div>
      <div role="status" class="bulk-result">
        {preview && <p>{preview.retried === 0 ? nothingToRetry(preview) : `${counted(preview.retried, "report")} would be retried${preview.more ? ", and there are more" : ""}.`}</p>}
        {done && <p>{counted(done.retried, "report")} will be made again{done.failed ? `; ${count(done.failed)} could not be reopened` : ""}{done.more ? ". There are more: count again" : ""}.</p>}
        {fault && <p class="fault">{fault}</p>}
      </div>
      <div class="box-actions">
        <button type="button" class="quiet" onClick={onClose}>Close</button>
        <button type="button" class="button" disabled={isBusy} onClick={() => void run(true)}>Count first</button>
        <button type="button" class="primary" disabled={isBusy || !preview?.retried} onClick={() => void run(false)}>
          {preview?.retried ? `Retry ${counted(preview.retried, "report")}` : "Retry"}
        </button>
      </div>
    </Dialog>
  );
}
