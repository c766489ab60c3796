import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  label: string;
  kind: "drawer" | "box";
  onClose(): void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside, and gives it back at the end. */
export function Dialog({ label, kind, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    shown?.showModal();
    return () => {
      shown?.close();
      before?.focus();
    };
  }, []);
  // A press that begins inside, such as to select text, may end beside it; and the dialog's own padding is inside.
  const wasOutside = useRef(false);
  function isOutside(event: MouseEvent): boolean {
    const box = dialog.current?.getBoundingClientRect();
    const isInside = box && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    return event.target === dialog.current && !isInside;
  }
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        wasOutside.current = isOutside(event);
      }}
      onClick={(event) => wasOutside.current && isOutside(event) && onClose()}
    >
      {children}
    </dialog>
  );
}
