import { lazy, Suspense } from "preact/compat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Problem, type Api } from "../api/client";
import type { Me, Template, TemplateSummary } from "../api/types";
import { counted } from "../ui/format";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/tabs";
import { isEmpty, nothing, optionsOf, withPasted, type Entered } from "./entered";
import { faultsOf, faultsOfProblem, NO_FAULTS } from "./faults";
import { JsonEditor, parsed } from "./json-editor";
import { OptionsForm } from "./options";
import { einvoices, withoutEmpty } from "./schema";
import { Usage } from "./usage";
import { pathOf, type Faults } from "./validator";

// The form's library is most of the page's weight, and the list of reports need not wait for it.
const DataForm = lazy(() => import("./data-form").then((module) => ({ default: module.DataForm })));

interface Props {
  api: Api;
  me: Me;
  templates: TemplateSummary[];
  chosen: string;
  onChoose(name: string): void;
  onSubmitted(id: string): void;
}

/** Let somebody choose a template, fill its form, and ask for the report. */
export function Composer({ api, me, templates, chosen, onChoose, onSubmitted }: Props) {
  const [template, setTemplate] = useState<Template | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  // You find your work when you come back from another template.
  const entered = useRef(new Map<string, Entered>()).current;
  useEffect(() => {
    let isCurrent = true;
    setFault(null);
    api.template(chosen).then(
      (found) => isCurrent && setTemplate(found),
      (error: Error) => isCurrent && setFault(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, chosen, round]);

  return (
    <section class="sheet composer" aria-labelledby="compose-title">
      <header class="sheet-head">
        <h2 id="compose-title">New report</h2>
        <Usage {...me} />
        <p class="lead">{templates.find((each) => each.name === chosen)?.description}</p>
      </header>
      <div class="template-picker" role="radiogroup" aria-label="Template">
        {templates.map((each) => (
          <label key={each.name} class={`template-card ${each.name === chosen ? "is-chosen" : ""}`}>
            <input type="radio" name="template" value={each.name} checked={each.name === chosen} onChange={() => onChoose(each.name)} />
            <Icon name={each.made_from} />
            {each.title}
          </label>
        ))}
      </div>
      {fault && (
        <p class="notice is-bad" role="alert">
          {fault} <button type="button" class="button" onClick={() => setRound(round + 1)}>Try again</button>
        </p>
      )}
      {template?.name === chosen ? (
        <Draft
          key={template.name}
          api={api}
          template={template}
          first={entered.get(template.name)}
          onEntered={(now) => void entered.set(template.name, now)}
          onSubmitted={onSubmitted}
        />
      ) : (
        !fault && <p class="waiting">Loading the template …</p>
      )}
    </section>
  );
}

type Tab = "form" | "json" | "options";

interface DraftProps {
  api: Api;
  template: Template;
  first: Entered | undefined;
  onEntered(entered: Entered): void;
  onSubmitted(id: string): void;
}

function Draft({ api, template, first, onEntered, onSubmitted }: DraftProps) {
  const [tab, setTab] = useState<Tab>("form");
  const [entered, setEntered] = useState<Entered>(first ?? nothing);
  const [before, setBefore] = useState<Entered | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [faults, setFaults] = useState<Faults>(NO_FAULTS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const json = useMemo(() => (text === null ? null : parsed(text)), [text]);

  const { data, options, key, isSample } = entered;
  useEffect(() => onEntered(entered), [entered]);

  function change(next: Partial<Entered>): void {
    setEntered((now) => ({ ...now, ...next, key: crypto.randomUUID() }));
    setFaults(NO_FAULTS);
    setProblem(null);
  }

  /** Put other data in the place of all that is there, which can be brought back. */
  function replace(next: Pick<Entered, "data" | "isSample">): void {
    setBefore(isEmpty(data) ? null : entered);
    change(next);
    setText((shown) => (shown === null ? null : written(next.data)));
  }

  function show(next: Tab): void {
    if (next === tab) return;
    if (next === "json") setText(written(data));
    else if (json && "value" in json) setText(null);
    else if (json) return setProblem(`The JSON is not right: ${json.fault}`);
    setTab(next);
  }

  async function submit(): Promise<void> {
    const body = withoutEmpty(data);
    const found = json && "fault" in json ? new Map([["", json.fault]]) : faultsOf(template, body);
    setFaults(found);
    if (found.size > 0) return setProblem(`${counted(found.size, "place")} of the data ${found.size === 1 ? "is" : "are"} not right yet.`);
    setSending(true);
    setProblem(null);
    try {
      const { id } = await api.submit(template.name, body, optionsOf(entered), key);
      setEntered((now) => ({ ...now, key: crypto.randomUUID() }));
      onSubmitted(id);
    } catch (error) {
      if (error instanceof Problem) setFaults(faultsOfProblem(error));
      setProblem((error as Error).message);
    } finally {
      setSending(false);
    }
  }

  return (
    <form
      class="draft"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Tabs
        label="Ways to give the data"
        tabs={[["form", "Form"], ["json", "JSON"], ["options", "Options"]]}
        shown={tab}
        onShow={show}
      />
      {isSample && <SampleNotice onEmpty={() => replace({ data: {}, isSample: false })} />}
      <div class="draft-body" id="tabpanel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "form" && (
          <Suspense fallback={<p class="waiting">Loading the form …</p>}>
            <DataForm
              template={template}
              data={data}
              faults={faults}
              isSample={isSample}
              onPasted={(path, rows) => replace(withPasted(entered, path, rows))}
              onChange={(next) => change({ data: next })}
            />
          </Suspense>
        )}
        {tab === "json" && (
          <JsonEditor
            text={text ?? ""}
            fault={json && "fault" in json ? json.fault : null}
            onReplaced={() => setEntered((now) => ({ ...now, isSample: false }))}
            onText={(next) => {
              setText(next);
              if (next.trim() === "") change({ data: {}, isSample: false });
              setProblem(null);
              const result = parsed(next);
              if ("value" in result) change({ data: result.value });
            }}
          />
        )}
        {tab === "options" && <OptionsForm einvoices={einvoices(template.schema)} options={options} faults={faults} onChange={(next) => change({ options: next })} />}
      </div>
      <footer class="draft-foot">
        <div role="alert" class="draft-problem">
          {problem && <FaultList problem={problem} faults={faults} />}
        </div>
        <span class="draft-tools">
          {before && <button type="button" class="quiet" onClick={() => replace({ data: before.data, isSample: before.isSample })} title="Bring back what was there">Undo</button>}
          {!isSample && !isEmpty(data) && <button type="button" class="quiet" onClick={() => replace({ data: {}, isSample: false })}>Empty the form</button>}
          {!isSample && <button type="button" class="quiet" onClick={() => replace({ data: template.sample, isSample: true })}>Fill with sample</button>}
        </span>
        <button type="submit" class="primary" disabled={isSending}>
          {isSending ? "Sending …" : "Make the report"}
        </button>
      </footer>
    </form>
  );
}

const written = (data: unknown): string => JSON.stringify(withoutEmpty(data), null, 2);

function SampleNotice({ onEmpty }: { onEmpty(): void }) {
  return (
    <div class="sample-notice" role="status">
      <p><strong>This is the template's sample.</strong> A report of it says SAMPLE across every page, even after you change it. Rows that you paste replace all of it.</p>
      <button type="button" class="button" onClick={onEmpty}>Empty the form</button>
    </div>
  );
}

function FaultList({ problem, faults }: { problem: string; faults: Faults }) {
  return (
    <>
      <p>{problem}</p>
      <ul>
        {[...faults].slice(0, 5).map(([pointer, message]) => (
          <li key={pointer}>{pointer && <code>{pathOf(pointer).join(" › ")}</code>} {message}</li>
        ))}
      </ul>
    </>
  );
}
