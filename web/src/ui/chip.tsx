import type { Status } from "../api/types";
import { Icon, type IconName } from "./icons";

export const STATUS_WORDS: Record<Status, string> = {
  PENDING: "Waiting",
  RENDERING: "Making",
  SUCCEEDED: "Ready",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

const ICONS: Record<Status, IconName> = {
  PENDING: "clock",
  RENDERING: "press",
  SUCCEEDED: "check",
  FAILED: "warning",
  CANCELLED: "stop",
};

/** Show a status by a word and a sign; the colour only adds to it. */
export function StatusChip({ status }: { status: Status }) {
  return (
    <span class={`chip is-${status.toLowerCase()}`} data-status={status}>
      <Icon name={ICONS[status]} />
      {STATUS_WORDS[status]}
    </span>
  );
}
