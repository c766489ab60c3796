import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface Props {
  class: string;
  label?: string;
  onAct(): Promise<unknown>;
  children: ComponentChildren;
}

/** A button that sends a request, and no second one before the answer. */
export function ActButton({ class: look, label, onAct, children }: Props) {
  const isBusy = useRef(false);
  async function act(): Promise<void> {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      await onAct();
    } finally {
      isBusy.current = false;
    }
  }
  return <button type="button" class={look} aria-label={label} onClick={() => void act()}>{children}</button>;
}
