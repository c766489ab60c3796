import { FIELDS, type Field, type Typed } from "./file-options";

interface Props {
  /** Tells forms on one page apart. */
  place: string;
  typed: Typed;
  onChange(typed: Typed): void;
}

/** Let somebody say how files are read and shown; what is left empty is inferred. */
export function FileOptionsForm({ place, typed, onChange }: Props) {
  return (
    <div class="fields file-options">
      {FIELDS.map((field) => (
        <FieldOf key={field.name} id={`${place}-${field.name}`} field={field} text={typed[field.name] ?? ""} onText={(text) => onChange({ ...typed, [field.name]: text })} />
      ))}
    </div>
  );
}

function FieldOf({ id, field, text, onText }: { id: string; field: Field; text: string; onText(text: string): void }) {
  const { label, hint, choices, suggested } = field;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices ? (
        <select id={id} value={text} aria-describedby={`${id}-hint`} onChange={({ currentTarget }) => onText(currentTarget.value)}>
          <option value="">Automatic</option>
          {choices.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        </select>
      ) : (
        <input id={id} {...({ list: suggested && `${id}-list` } as object)} value={text} autocomplete="off" aria-describedby={`${id}-hint`} onInput={({ currentTarget }) => onText(currentTarget.value)} />
      )}
      {suggested && <datalist id={`${id}-list`}>{suggested.map((value) => <option key={value} value={value} />)}</datalist>}
      <p class="hint" id={`${id}-hint`}>{hint}</p>
    </div>
  );
}
