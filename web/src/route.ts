import { useCallback, useEffect, useState } from "preact/hooks";

export interface Route {
  report: string | null;
}

/** Read the part of the address behind the hash: `#/reports/<id>` shows a report. */
export function routeOf(hash: string): Route {
  return { report: /^#\/reports\/([\w-]{1,64})$/.exec(hash)?.[1] ?? null };
}

export function useRoute(): [Route, (path: string) => void] {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const go = useCallback((path: string) => {
    location.hash = path;
  }, []);
  return [route, go];
}
