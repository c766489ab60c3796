import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * Take files that are dropped anywhere on the page, and show that while they hover.
 * Where nobody takes them, they are not opened in the page's place either, as a browser would.
 */
export function DropTarget({ onFiles, hint }: { onFiles: ((files: File[]) => void) | null; hint: string }) {
  const [isOver, setOver] = useState(false);
  const overlay = useRef<HTMLDivElement>(null);
  // Above a modal dialog, too.
  useEffect(() => overlay.current?.showPopover(), [isOver]);
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
    on("dragover", (event) => {
      event.preventDefault();
      if (!onFiles && event.dataTransfer) event.dataTransfer.dropEffect = "none";
    });
    on("dragleave", () => {
      depth -= 1;
      if (depth <= 0) setOver(false);
    });
    on("drop", (event) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      onFiles?.([...(event.dataTransfer?.files ?? [])]);
    });
    return () => controller.abort();
  }, [onFiles]);

  if (!isOver) return null;
  return (
    <div class="drop-overlay" ref={overlay} popover="manual" aria-hidden="true">
      <div class="drop-sheet">
        <Icon name="upload" />
        <p>{onFiles ? "Drop to make reports" : "Nothing to drop here"}</p>
        <p class="hint">{hint}</p>
      </div>
    </div>
  );
}
