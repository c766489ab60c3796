/** Read JSON, or say what is wrong, and where. */
export function parsed(text: string): { value: unknown } | { fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return isObject ? { value } : { fault: "The data must be an object, in braces." };
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    if (position === undefined) return { fault: (error as Error).message };
    const before = text.slice(0, Number(position)).split("\n");
    const reason = (error as Error).message.replace(/ (in JSON )?at position.*$/, "");
    return { fault: `${reason}, in line ${before.length}, column ${(before.at(-1) ?? "").length + 1}.` };
  }
}

interface Props {
  text: string;
  fault: string | null;
  onText(text: string): void;
  /** Hear that all of it is about to be replaced by something from elsewhere. */
  onReplaced(): void;
}

export function JsonEditor({ text, fault, onText, onReplaced }: Props) {
  return (
    <div class="json-editor">
      <label for="json">Data as JSON</label>
      <textarea
        id="json"
        class="code"
        spellcheck={false}
        autocomplete="off"
        value={text}
        aria-invalid={fault !== null}
        aria-describedby="json-fault"
        onPaste={({ currentTarget: box }) => {
          if (box.selectionEnd - box.selectionStart === box.value.length) onReplaced();
        }}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      <p class={fault ? "fault" : "hint"} id="json-fault">{fault ?? "Valid JSON. It is checked against the template's schema when you send it."}</p>
    </div>
  );
}
