import { useEffect, useState } from "preact/hooks";
import { Icon } from "../ui/icons";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Take files that are dropped anywhere on the page, and show that while they hover. */
export function DropTarget({ onFiles, hint }: { onFiles(files: File[]): void; hint: string }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // A pointer that crosses from one element to another leaves the first after it has entered the second.
    let depth = 0;
    const controller = new AbortController();
    const on = (name: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) =>
      window.addEventListener(name, (event) => hasFiles(event) && act(event), { signal: controller.signal });
    on("dragenter", (event) => {
      event.preventDefault();
      depth += 1;
      setOver(true);
    });
    on("dragover", (event) => event.preventDefault());
    on("dragleave", () => {
      depth -= 1;
      if (depth <= 0) setOver(false);
    });
    on("drop", (event) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    });
    return () => controller.abort();
  }, [onFiles]);

  if (!isOver) return null;
  return (
    <div class="drop-overlay" aria-hidden="true">
      <div class="drop-sheet">
        <Icon name="upload" />
        <p>Drop to make reports</p>
        <p class="hint">{hint}</p>
      </div>
    </div>
  );
}
