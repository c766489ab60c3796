import { useState } from "preact/hooks";
import type { Api } from "../api/client";
import type { Delivery, Report } from "../api/types";
import { ActButton } from "../ui/act-button";
import { clock, counted } from "../ui/format";

interface Props {
  api: Api;
  report: Report;
  deliveries: Delivery[];
  mayAct: boolean;
  onReplayed(): void;
}

/** Show the deliveries of a report, and send one again. */
export function Deliveries({ api, report, deliveries, mayAct, onReplayed }: Props) {
  const [fault, setFault] = useState<string | null>(null);
  if (deliveries.length === 0) return null;
  const replay = (number: number) => {
    setFault(null);
    return api.replay(report.id, number).then(onReplayed, (error: Error) => setFault(error.message));
  };
  return (
    <section aria-labelledby="deliveries-title">
      <h3 id="deliveries-title">Deliveries</h3>
      <ul class="deliveries">
        {deliveries.map((delivery) => {
          const last = delivery.attempts.at(-1);
          const reason = last?.reason ?? last?.fault;
          return (
            <li key={delivery.number}>
              <span class="delivery-address">{delivery.address}</span>
              <span class="hint">
                {delivery.channel}, {delivery.status.toLowerCase()}, {counted(delivery.attempts.length, "attempt")}
                {last && `, the last at ${clock(last.at)}`}
                {reason && `: ${reason}`}
              </span>
              {mayAct && delivery.replays_left > 0 && <ActButton class="quiet" label={`Send again: ${delivery.address}`} onAct={() => replay(delivery.number)}>Send again</ActButton>}
            </li>
          );
        })}
      </ul>
      {fault && <p class="fault" role="alert">{fault}</p>}
    </section>
  );
}
