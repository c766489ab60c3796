import { useState } from "preact/hooks";
import type { ReadColumn, ReadSection, Reading, Report } from "../api/types";
import { count, counted } from "../ui/format";
import type { Typed } from "../upload/file-options";
import { FileOptionsForm } from "../upload/options-form";

/** What is known of an uploaded file on this page: the file itself, while the page is open, and its options. */
export interface MadeFrom {
  file?: File;
  typed: Typed;
}

interface Props {
  report: Report;
  /** Make a report of the file with other options; null for those who may not. */
  onMakeAgain: ((file: File, typed: Typed) => void) | null;
  madeFrom: MadeFrom;
}

/** Show how the data of a report were read, and let somebody overrule that. */
export function ReadingOf({ report, onMakeAgain, madeFrom }: Props) {
  const { reading } = report;
  const isUpload = report.door === "upload";
  if (!reading && !(isUpload && onMakeAgain)) return null;
  return (
    <section aria-labelledby="reading-title" class="reading">
      <h3 id="reading-title">How it was read</h3>
      {reading && <p class="hint">{howOf(reading)}</p>}
      {reading?.sections?.map((section, at) => <Section key={at} section={section} />)}
      {isUpload && onMakeAgain && <MakeAgain name={report.source.split("/").at(-1) ?? ""} columns={columnsOf(reading)} madeFrom={madeFrom} onMakeAgain={onMakeAgain} />}
    </section>
  );
}

const MARKS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space" };
const FORMATS: Record<string, string> = { csv: "CSV", xlsx: "Excel", json: "JSON", json_lines: "JSON Lines" };

/** Say in a line how a file was read. */
export function howOf({ format, encoding, delimiter, header_row, sections, is_short }: Reading): string {
  const parts = [
    format && (FORMATS[format] ?? format),
    encoding,
    delimiter && `delimiter ${MARKS[delimiter] ?? delimiter}`,
    // Of a report that failed before its rows were read.
    !sections && header_row && `headings in row ${count(header_row)}`,
    is_short && "only a part is shown here",
  ];
  return parts.filter(Boolean).join(" · ") || "From the request";
}

/** Return the names of the columns of a file, as options take them. */
const columnsOf = (reading: Reading | undefined): string[] => [...new Set(reading?.sections?.flatMap((section) => section.columns.map((column) => column.key)))];

function Section({ section }: { section: ReadSection }) {
  const row = section.header_row;
  return (
    <div class="read-section">
      {(section.name || section.title) && <h4>{section.name || section.title}</h4>}
      <p class="hint">
        {counted(section.rows, "row")}, {counted(section.columns.length + (section.more_columns ?? 0), "column")}
        {row === undefined ? "" : row === 0 ? ", without headings" : `, headings in row ${count(row)}`}
      </p>
      <ul class="read-columns">
        {section.columns.map((column) => <li key={column.key} title={column.why}><span class="read-key">{column.key}</span> <span class="read-type">{typeOf(column)}</span></li>)}
        {section.more_columns && <li class="hint">and {counted(section.more_columns, "more column")}</li>}
      </ul>
      {section.preview && section.preview.length > 0 && <Preview section={section} rows={section.preview} />}
    </div>
  );
}

/** Say what a column was taken for. */
export function typeOf({ type, prefix, suffix, summed }: ReadColumn): string {
  const kind = prefix || suffix ? `${type} ${prefix ?? ""}…${suffix ?? ""}` : type;
  return summed ? `${kind}, summed` : kind;
}

function Preview({ section, rows }: { section: ReadSection; rows: string[][] }) {
  return (
    <details class="read-preview">
      <summary>First rows as they were understood</summary>
      <div class="read-scroll" role="region" aria-label="First rows" tabIndex={0}>
        <table>
          <thead><tr>{section.columns.slice(0, rows[0]?.length).map((column) => <th key={column.key} scope="col" class={column.type === "number" ? "is-number" : ""}>{column.key}</th>)}</tr></thead>
          <tbody>
            {rows.map((cells, at) => (
              <tr key={at}>{cells.map((cell, column) => <td key={column} class={section.columns[column]?.type === "number" ? "is-number" : ""}>{cell}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

interface MakeAgainProps {
  name: string;
  columns: string[];
  madeFrom: MadeFrom;
  onMakeAgain(file: File, typed: Typed): void;
}

function MakeAgain({ name, columns, madeFrom, onMakeAgain }: MakeAgainProps) {
  const [typed, setTyped] = useState(madeFrom.typed);
  const { file } = madeFrom;
  return (
    <details class="make-again">
      <summary>Change and make again</summary>
      <FileOptionsForm place="again" typed={typed} columns={columns} onChange={setTyped} />
      {file ? (
        <button type="button" class="button primary wide" onClick={() => onMakeAgain(file, typed)}>Make it again</button>
      ) : (
        <>
          <input
            id="again-file"
            class="sr"
            type="file"
            onChange={({ currentTarget }) => {
              const [chosen] = currentTarget.files ?? [];
              if (chosen) onMakeAgain(new File([chosen], name), typed);
            }}
          />
          <label class="button wide" for="again-file">Choose {name} again …</label>
        </>
      )}
    </details>
  );
}
