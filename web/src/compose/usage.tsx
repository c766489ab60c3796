import type { Me } from "../api/types";
import { count, counted, hour } from "../ui/format";

/** Say how many of a day's reports are used up, or that its seconds of computing are. */
export function Usage({ limits, used }: Pick<Me, "limits" | "used">) {
  const { reports_per_day: limit } = limits;
  const left = limit - used.reports_today;
  if (used.compute_seconds_today >= limits.compute_seconds_per_day)
    return <p class="hint usage is-few">{`All ${counted(limits.compute_seconds_per_day, "second")} of computing of today are used. More from ${hour(used.resets_at)} on.`}</p>;
  return (
    <p class={`hint usage ${left < limit / 10 ? "is-few" : ""}`}>
      {left > 0 ? `${count(used.reports_today)} of ${counted(limit, "report")} today` : `All ${counted(limit, "report")} of today are used. More from ${hour(used.resets_at)} on.`}
    </p>
  );
}
