import type { FieldProps } from "@rjsf/utils";
import { useId, useState } from "preact/hooks";
import type { Schema } from "../api/types";
import { count, counted, label } from "../ui/format";
import { Hint } from "../ui/hint";
import { Icon } from "../ui/icons";
import { cellOf, columnsOf, isUsed, pasted, read, widthOf, withCell, written, type Column, type Head, type Row } from "./grid";
import { pointerTo, type Faults } from "./validator";

// Inputs are dear: more rows than these are better sent as JSON, or dropped as a file.
const ROWS_SHOWN = 40;

/** What a grid has to know of the form around it. */
export interface GridContext {
  faults: Faults;
  isSample: boolean;
  /** Take rows that were pasted: in a sample they are all that stays. */
  onPasted(path: (string | number)[], rows: Row[]): void;
}

interface LastPaste {
  before: Row[];
  at: { row: number; column: number };
  text: string;
  hasHead: boolean;
}

/** Show a list of flat objects as a grid, into which cells of a spreadsheet can be pasted. */
export function GridField({ schema, formData, onChange, fieldPathId, rawErrors, required, registry }: FieldProps) {
  const whole = schema as Schema;
  const items = (whole.items ?? {}) as Schema;
  const isFree = items.properties === undefined;
  const rows = (formData ?? []) as Row[];
  const [added, setAdded] = useState<string[]>([]);
  const [last, setLast] = useState<LastPaste | null>(null);
  const hint = useId();
  const all = columnsOf(items, rows);
  const fresh = added.filter((key) => !all.some((column) => column.key === key));
  const known: Column[] = [...all, ...fresh.map((key) => ({ key, title: key, type: "string" as const, isRequired: false }))];
  const columns = known.filter((column) => isUsed(column, rows) || added.includes(column.key));
  // A first row to type into, which is none until you do.
  const begun = rows.length > 0 || columns.length === 0 ? rows : [{}];
  const shown = begun.slice(0, ROWS_SHOWN);
  const change = (next: Row[]) => {
    setLast(null);
    onChange(next, fieldPathId.path);
  };
  const title = whole.title ?? label(String(fieldPathId.path.at(-1) ?? ""));
  const { faults, isSample, onPasted } = registry.formContext as unknown as GridContext;
  const paste = (before: Row[], at: LastPaste["at"], text: string, head?: Head) => {
    // Of a free grid, the rows that it had are all that says which columns it had.
    const then = isFree && before !== begun ? columnsOf(items, before) : null;
    const result = pasted(before, { shown: then ?? columns, known: then ?? known, isFree }, at, text, head);
    setLast({ before, at, text, hasHead: result.hasHead });
    onPasted(fieldPathId.path, result.rows);
  };
  const pasteAt = (row: number, column: number, text: string) =>
    isSample ? paste([], { row: 0, column: isFree ? 0 : column }, text) : paste(begun, { row, column }, text);
  const cellFault = (row: number, column: Column) => faults.get(pointerTo([...fieldPathId.path, row, column.key]));

  return (
    <section class="grid-field" aria-label={title} aria-describedby={whole.description ? hint : undefined}>
      <div class="field-head">
        <h3>
          {title}
          {required && <span class="needed" aria-hidden="true"> *</span>}
          <span class="tally">{counted(rows.length, "row")}</span>
        </h3>
        {whole.description && <Hint id={hint} text={whole.description} />}
      </div>
      {columns.length > 0 && (
        <div class="grid-scroll" tabIndex={0} role="group" aria-label={`${title}, cells`}>
          <table class="grid">
            <thead>
              <tr>
                <th scope="col" class="grid-number"><span class="sr">Row</span></th>
                {columns.map((column) => (
                  <th key={column.key} scope="col" class={column.type === "number" ? "is-number" : ""} title={column.hint}>
                    {column.title}
                    {column.isRequired && <span class="needed" aria-hidden="true"> *</span>}
                  </th>
                ))}
                <th scope="col"><span class="sr">Remove</span></th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row, at) => (
                <tr key={at}>
                  <th scope="row" class="grid-number">{at + 1}</th>
                  {columns.map((column, place) => (
                    <GridCell
                      key={column.key}
                      column={column}
                      row={row}
                      width={widthOf(column, shown)}
                      name={`${title}, row ${at + 1}, ${column.title}`}
                      fault={cellFault(at, column)}
                      onText={(text) => change(withCell(begun, at, column.key, read(text, column, isFree)))}
                      onPaste={(text) => pasteAt(at, place, text)}
                    />
                  ))}
                  <td class="grid-end">
                    {rows.length > 0 && (
                      <button
                        type="button"
                        class="icon-button small"
                        aria-label={`Remove row ${at + 1}`}
                        onClick={() => change(rows.filter((_, index) => index !== at))}
                      >
                        <Icon name="close" />
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {columns.length === 0 && <PasteBox title={title} onText={(text) => pasteAt(0, 0, text)} />}
      {last && isFree && (
        <p class="hint" role="status">
          {last.hasHead ? "The first row that you pasted names the columns." : "The first row that you pasted is a row like the others."}{" "}
          <button type="button" class="quiet" onClick={() => paste(last.before, last.at, last.text, last.hasHead ? "data" : "names")}>
            {last.hasHead ? "Make it a row" : "Make it the names"}
          </button>
        </p>
      )}
      {rows.length > ROWS_SHOWN && <p class="hint">{count(rows.length - ROWS_SHOWN)} more rows are not shown. They are sent all the same; see the tab JSON.</p>}
      <div class="grid-foot">
        {columns.length > 0 && <button type="button" class="quiet" onClick={() => change([...begun, {}])}><Icon name="plus" /> Add row</button>}
        <ColumnAdder
          title={title}
          isFree={isFree}
          hidden={known.filter((column) => !columns.includes(column))}
          onAdd={(key) => setAdded([...new Set([...added, key])])}
        />
      </div>
      {rawErrors?.map((error) => <p key={error} class="fault">{error}</p>)}
    </section>
  );
}

interface CellProps {
  column: Column;
  row: Row;
  width: number;
  name: string;
  fault: string | undefined;
  onText(text: string): void;
  onPaste(text: string): void;
}

function GridCell({ column, row, width, name, fault, onText, onPaste }: CellProps) {
  // While you type, what you typed counts: the number 1 would take the zero of 1.05 away.
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? written(cellOf(row, column.key));
  const isNumber = column.type === "number" || typeof cellOf(row, column.key) === "number";
  const common = { "aria-label": name, "aria-invalid": fault !== undefined, "aria-required": column.isRequired, title: fault ?? column.hint };
  const choices = column.type === "boolean" ? ["true", "false"] : column.choices;
  if (choices) {
    return (
      <td>
        <select {...common} value={text} onChange={(event) => onText(event.currentTarget.value)}>
          {!column.isRequired && <option value="" />}
          {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
        </select>
      </td>
    );
  }
  return (
    <td class={isNumber ? "is-number" : ""}>
      <input
        {...common}
        value={text}
        size={width}
        inputMode={isNumber ? "decimal" : "text"}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          onText(event.currentTarget.value);
        }}
        onBlur={() => setDraft(null)}
        onPaste={(event) => {
          const clip = event.clipboardData?.getData("text") ?? "";
          if (!/[\t\n]/.test(clip)) return;
          event.preventDefault();
          onPaste(clip);
        }}
      />
    </td>
  );
}

/** Take a table as a whole, where there is no cell yet to paste it into. */
function PasteBox({ title, onText }: { title: string; onText(text: string): void }) {
  const [draft, setDraft] = useState("");
  return (
    <textarea
      class="paste-box"
      rows={3}
      aria-label={`Cells of ${title}`}
      placeholder="Paste cells of a spreadsheet here, with the names of the columns in the first row. Or add a column below."
      value={draft}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => draft.trim() && onText(draft)}
      onPaste={(event) => {
        event.preventDefault();
        onText(event.clipboardData?.getData("text") ?? "");
      }}
    />
  );
}

function ColumnAdder({ title, isFree, hidden, onAdd }: { title: string; isFree: boolean; hidden: Column[]; onAdd(key: string): void }) {
  const [name, setName] = useState("");
  if (isFree) {
    const add = () => {
      if (name.trim()) onAdd(name.trim());
      setName("");
    };
    return (
      <span class="column-adder">
        <input
          aria-label={`Name of a new column of ${title}`}
          placeholder="New column"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" class="quiet" disabled={!name.trim()} onClick={add}>Add column</button>
      </span>
    );
  }
  if (hidden.length === 0) return null;
  return (
    <select
      class="column-adder"
      aria-label={`Add a column to ${title}`}
      value=""
      onChange={(event) => event.currentTarget.value && onAdd(event.currentTarget.value)}
    >
      <option value="">Add column …</option>
      {hidden.map((column) => <option key={column.key} value={column.key}>{column.title}</option>)}
    </select>
  );
}
