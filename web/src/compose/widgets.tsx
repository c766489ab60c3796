import type { BaseInputTemplateProps, WidgetProps } from "@rjsf/utils";
import { useState } from "preact/hooks";
import { bytes } from "../ui/format";

const DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const MOST_PICTURE_BYTES = 2_500_000;

/** A text, number or date input. Numbers are text fields: a wheel over one changes nothing. */
export function BaseInput(props: BaseInputTemplateProps) {
  const { id, value, required, disabled, readonly, schema, onChange, onBlur, onFocus, options, placeholder } = props;
  const isNumber = schema.type === "number" || schema.type === "integer";
  const isDate = schema.pattern === DATE;
  return (
    <input
      id={id}
      name={id}
      class={isNumber ? "is-number" : ""}
      {...({ type: isDate ? "date" : "text" } as object)}
      inputMode={isNumber ? "decimal" : "text"}
      value={value ?? ""}
      required={required}
      disabled={disabled}
      readOnly={readonly}
      placeholder={placeholder}
      aria-describedby={`${id}__hint ${id}__fault`}
      aria-invalid={(props.rawErrors?.length ?? 0) > 0}
      onInput={({ currentTarget }) => onChange(currentTarget.value === "" ? options.emptyValue : currentTarget.value)}
      onBlur={({ currentTarget }) => onBlur(id, currentTarget.value)}
      onFocus={({ currentTarget }) => onFocus(id, currentTarget.value)}
    />
  );
}

export function Textarea({ id, value, required, onChange, rawErrors, options }: WidgetProps) {
  return (
    <textarea
      id={id}
      rows={3}
      value={value ?? ""}
      required={required}
      aria-describedby={`${id}__hint ${id}__fault`}
      aria-invalid={(rawErrors?.length ?? 0) > 0}
      onInput={({ currentTarget }) => onChange(currentTarget.value === "" ? options.emptyValue : currentTarget.value)}
    />
  );
}

export function Select({ id, value, required, onChange, options, schema }: WidgetProps) {
  const choices = (options.enumOptions ?? []) as { value: unknown; label: string }[];
  const chosen = value ?? schema.default ?? "";
  return (
    <select
      id={id}
      value={String(chosen)}
      required={required}
      aria-describedby={`${id}__hint ${id}__fault`}
      onChange={({ currentTarget }) => onChange(currentTarget.value === "" ? undefined : choices.find((choice) => String(choice.value) === currentTarget.value)?.value)}
    >
      {!required && schema.default === undefined && <option value="" />}
      {choices.map((choice) => <option key={String(choice.value)} value={String(choice.value)}>{choice.label}</option>)}
    </select>
  );
}

export function Checkbox({ id, value, label, onChange }: WidgetProps) {
  return (
    <label class="check" for={id}>
      <input id={id} type="checkbox" checked={value === true} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {label}
    </label>
  );
}

/** Let a picture be chosen from this device, and keep it as a data: URI. */
export function Picture({ id, value, label, required, onChange, schema }: WidgetProps) {
  const [fault, setFault] = useState<string | null>(null);
  const kinds = /image\/\(([^)]*)\)/.exec(schema.pattern ?? "")?.[1]?.replaceAll("\\", "").split("|") ?? ["png", "jpeg"];

  function choose(file: File | undefined): void {
    setFault(null);
    if (!file) return;
    if (!kinds.some((kind) => file.type === `image/${kind}`)) return setFault(`This is no picture of a kind that is read: ${kinds.join(", ")}.`);
    if (file.size > MOST_PICTURE_BYTES) return setFault(`This picture has ${bytes(file.size)}; a form takes ${bytes(MOST_PICTURE_BYTES)}. Drop it onto the page instead.`);
    const reader = new FileReader();
    reader.onload = () => onChange(reader.result);
    reader.onerror = () => setFault("This picture cannot be read. Choose it again.");
    reader.readAsDataURL(file);
  }

  return (
    <div class="picture">
      {typeof value === "string" && value.startsWith("data:image/") ? (
        <img src={value} alt={`${label} as chosen`} />
      ) : (
        <span class="picture-none">No picture</span>
      )}
      <span class="picture-actions">
        <input
          id={id}
          class="sr"
          type="file"
          accept={kinds.map((kind) => `image/${kind}`).join(",")}
          aria-describedby={`${id}__hint ${id}__fault`}
          onChange={({ currentTarget }) => {
            choose(currentTarget.files?.[0]);
            // So that the same picture can be chosen once more.
            currentTarget.value = "";
          }}
        />
        <label class="button quiet" for={id}>{value ? "Replace …" : "Choose …"}</label>
        {value && !required && <button type="button" class="quiet" onClick={() => onChange(undefined)}>Remove</button>}
      </span>
      {fault && <p class="fault" role="alert">{fault}</p>}
    </div>
  );
}
