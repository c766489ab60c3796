import { FIELDS, type Field, type Typed } from "./file-options";

interface Props {
  /** Tells forms on one page apart. */
  place: string;
  typed: Typed;
  onChange(typed: Typed): void;
  /** The names of the file's columns, once they are known. */
  columns?: string[];
}

/** Let somebody say how files are read and shown; what is left empty is inferred. */
export function FileOptionsForm({ place, typed, onChange, columns = [] }: Props) {
  return (
    <div class="fields file-options">
      {FIELDS.map((field) => (
        <FieldOf key={field.name} id={`${place}-${field.name}`} field={field} columns={columns} text={typed[field.name] ?? ""} onText={(text) => onChange({ ...typed, [field.name]: text })} />
      ))}
    </div>
  );
}

interface FieldProps {
  id: string;
  field: Field;
  columns: string[];
  text: string;
  onText(text: string): void;
}

function FieldOf({ id, field, columns, text, onText }: FieldProps) {
  const { label, hint, choices, hasLines } = field;
  const suggested = [...(field.suggested ?? []), ...(field.takesColumns ? columns : [])];
  return (
    <div class={hasLines ? "field has-lines" : "field"}>
      <label for={id}>{label}</label>
      {choices ? (
        <select id={id} value={text} aria-describedby={`${id}-hint`} onChange={({ currentTarget }) => onText(currentTarget.value)}>
          <option value="">Automatic</option>
          {choices.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        </select>
      ) : hasLines ? (
        <>
          <textarea id={id} rows={3} value={text} aria-describedby={`${id}-hint`} onInput={({ currentTarget }) => onText(currentTarget.value)} />
          {columns.length > 0 && text.trim() === "" && <button type="button" class="quiet" onClick={() => onText(columns.join("\n"))}>Insert all columns of the file</button>}
        </>
      ) : (
        <input id={id} {...({ list: suggested.length > 0 ? `${id}-list` : undefined } as object)} value={text} autocomplete="off" aria-describedby={`${id}-hint`} onInput={({ currentTarget }) => onText(currentTarget.value)} />
      )}
      {suggested.length > 0 && <datalist id={`${id}-list`}>{suggested.map((value) => <option key={value} value={value} />)}</datalist>}
      <p class="hint" id={`${id}-hint`}>{hint}</p>
    </div>
  );
}
