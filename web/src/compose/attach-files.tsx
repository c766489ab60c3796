import { useState } from "preact/hooks";
import type { ReportOptions } from "../api/types";
import { bytes } from "../ui/format";
import { ACCEPTED, attachmentOf, bytesIn, filesOf, refusalOf, withFiles, withoutFile } from "./attachments";

interface Props {
  options: ReportOptions;
  fault: string | undefined;
  onChange(attached: ReportOptions["attach"]): void;
}

/** Choose files of one's own that are put into the PDF. */
export function AttachFiles({ options, fault, onChange }: Props) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const said = refusal ?? fault;
  async function add(files: File[]): Promise<void> {
    const attached = withFiles(options, await Promise.all(files.map(attachmentOf)));
    const reason = refusalOf(attached);
    setRefusal(reason);
    if (reason === null) onChange(attached);
  }
  return (
    <div class={`field ${said ? "has-fault" : ""}`}>
      <label for="option-files">Attach files of your own</label>
      <input
        id="option-files"
        type="file"
        multiple
        accept={ACCEPTED}
        aria-invalid={said !== undefined && said !== null}
        aria-describedby="option-files-hint option-files-fault"
        onChange={({ currentTarget }) => {
          const chosen = [...(currentTarget.files ?? [])];
          // So that the same file can be chosen once more.
          currentTarget.value = "";
          void add(chosen);
        }}
      />
      {filesOf(options).length > 0 && (
        <ul class="files">
          {filesOf(options).map(({ name = "", content = "" }) => (
            <li key={name}>
              {name} <span class="hint">{bytes(bytesIn(content))}</span>{" "}
              <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={() => { setRefusal(null); onChange(withoutFile(options, name)); }}>Remove</button>
            </li>
          ))}
        </ul>
      )}
      <p class="fault" id="option-files-fault">{said}</p>
      <p class="hint" id="option-files-hint">Up to 2 MB together, such as CSV, XML, pictures or other PDFs.</p>
    </div>
  );
}
