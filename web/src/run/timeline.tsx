import type { TimelineEvent } from "../api/types";
import { clock } from "../ui/format";
import { eventWords } from "./words";

/** Show what has happened to a report, oldest first. */
export function Timeline({ events }: { events: TimelineEvent[] }) {
  return (
    <section aria-labelledby="timeline-title">
      <h3 id="timeline-title">Timeline</h3>
      <ol class="timeline">
        {events.map((event, at) => (
          <li key={at} class={`is-${event.event}`}>
            <time dateTime={event.at}>{clock(event.at)}</time>
            <span>
              {eventWords(event.event)}
              <TimelineDetail detail={event.detail} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function TimelineDetail({ detail }: { detail: Record<string, unknown> }) {
  const told = ["code", "message", "reason"].map((name) => detail[name]).filter((value) => typeof value === "string");
  return told.length > 0 ? <small class="hint">{told.join(": ")}</small> : null;
}
