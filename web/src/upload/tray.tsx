import { useState } from "preact/hooks";
import { bytes, counted } from "../ui/format";
import { Icon } from "../ui/icons";
import { ProgressBar } from "../ui/progress";
import { ACCEPTED } from "./kinds";
import { countOf, type Typed } from "./file-options";
import { FileOptionsForm } from "./options-form";
import type { Upload } from "./uploads";

interface Props {
  uploads: Upload[];
  /** Options of the files that are dropped or chosen next. */
  typed: Typed;
  onTyped(typed: Typed): void;
  onFiles(files: File[]): void;
  onDismiss(id: number): void;
  onAgain(id: number): void;
}

/** Let files be chosen, and show how far those are that are on their way. */
export function UploadTray({ uploads, typed, onTyped, onFiles, onDismiss, onAgain }: Props) {
  const said = countOf(typed);
  const [isOpen, setOpen] = useState(false);
  const going = uploads.filter((upload) => upload.state !== "failed").length;
  return (
    <section class="tray" aria-label="Files">
      <div class="tray-door">
        <Icon name="upload" />
        <p>
          <strong>Drop files anywhere.</strong> CSV, Excel and JSON Lines become tables, pictures become photo pages, JSON goes to the chosen template.
        </p>
        <input
          id="files"
          class="sr"
          type="file"
          multiple
          accept={ACCEPTED}
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])]);
            // So that the same file can be chosen once more.
            currentTarget.value = "";
          }}
        />
        <label class="button" for="files">Choose files …</label>
      </div>
      <details class="tray-options" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Options for files{said > 0 && <span class="tally"> {said} set</span>}</summary>
        {isOpen && <FileOptionsForm place="files" typed={typed} onChange={onTyped} />}
        <p class="tray-options-foot">
          <span class="hint">For the files that you drop or choose next.</span>
          {said > 0 && <button type="button" class="quiet" onClick={() => onTyped({})}>Clear</button>}
        </p>
      </details>
      <p class="sr" role="status">{going > 0 ? `${counted(going, "file")} on the way` : ""}</p>
      {uploads.length > 0 && (
        <ul class="uploads">
          {uploads.map((upload) => <Entry key={upload.id} upload={upload} onDismiss={onDismiss} onAgain={onAgain} />)}
        </ul>
      )}
    </section>
  );
}

function Entry({ upload, onDismiss, onAgain }: { upload: Upload } & Pick<Props, "onDismiss" | "onAgain">) {
  return (
    <li class={`upload is-${upload.state}`}>
      <div class="upload-line">
        <span class="upload-name">{upload.name}</span>
        <span class="upload-size">{upload.template ? `${bytes(upload.size)} → ${upload.template}` : bytes(upload.size)}</span>
      </div>
      {upload.state === "failed" ? (
        <p class="fault" role="alert">{upload.fault}</p>
      ) : (
        <ProgressBar
          label={`Upload of ${upload.name}`}
          done={upload.sent}
          total={upload.size}
          text={upload.state === "waiting" ? "Waiting" : upload.state === "sent" ? "Received, waiting for its report" : `${Math.round((100 * upload.sent) / upload.size)} %`}
        />
      )}
      <span class="upload-actions">
        {upload.state === "failed" && !upload.isHopeless && (
          <button type="button" class="quiet" onClick={() => onAgain(upload.id)}>Try again</button>
        )}
        <button type="button" class="icon-button small" aria-label={`Dismiss ${upload.name}`} onClick={() => onDismiss(upload.id)}><Icon name="close" /></button>
      </span>
    </li>
  );
}
