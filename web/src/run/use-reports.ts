import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/client";
import type { ReportPage } from "../api/types";
import { Poller } from "./polling";
import { isOver } from "./words";

const PER_PAGE = 20;

export interface Filter {
  status: string;
  template: string;
}

export interface Reports {
  page: ReportPage | null;
  fault: string | null;
  now: number;
  number: number;
  hurry(): void;
  older(): void;
  newer(): void;
}

/** Keep one page of the list of reports as it is now. `isAwaiting` says that something is about to appear in it. */
export function useReports(api: Api, filter: Filter, isAwaiting: () => boolean): Reports {
  const [page, setPage] = useState<ReportPage | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [now, setNow] = useState(Date.now());
  // The cursors that led here; the first page has none, and neither has another filter's.
  const [trail, setTrail] = useState<{ of: Filter; cursors: string[] }>({ of: filter, cursors: [] });
  const cursors = trail.of === filter ? trail.cursors : [];
  const poller = useRef<Poller | null>(null);
  const cursor = cursors.at(-1);

  useEffect(() => {
    const controller = new AbortController();
    let last = "";
    setPage(null);
    const polling = new Poller(async () => {
      try {
        const found = await api.reports({ ...filter, limit: PER_PAGE, ...(cursor ? { cursor } : {}) }, controller.signal);
        setPage(found);
        setFault(null);
        setNow(Date.now());
        const seen = JSON.stringify(found.reports.map((report) => [report.id, report.updated_at]));
        const isMoving = seen !== last || isAwaiting() || found.reports.some((report) => !isOver(report));
        last = seen;
        return isMoving;
      } catch (error) {
        if (!controller.signal.aborted) setFault((error as Error).message);
        throw error;
      }
    });
    poller.current = polling;
    polling.start();
    return () => {
      polling.stop();
      controller.abort();
    };
  }, [api, filter, cursor]);

  const hurry = useCallback(() => poller.current?.hurry(), []);
  const older = () => page?.cursor && setTrail({ of: filter, cursors: [...cursors, page.cursor] });
  const newer = () => setTrail({ of: filter, cursors: cursors.slice(0, -1) });
  return { page, fault, now, number: cursors.length + 1, hurry, older, newer };
}
