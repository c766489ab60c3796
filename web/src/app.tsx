import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Api } from "./api/client";
import type { TemplateSummary } from "./api/types";
import { SignIn } from "./auth/sign-in";
import type { Session } from "./auth/session";
import type { Config } from "./config";
import { Desk } from "./desk";
import { Icon, Mark } from "./ui/icons";
import { ThemeSwitch } from "./ui/theme-switch";

export function App({ config, first }: { config: Config; first: Session | null }) {
  const [session, setSession] = useState(first);
  const [notice, setNotice] = useState<string | null>(null);
  const leave = useCallback(
    (why: string | null) => {
      void session?.signOut();
      setSession(null);
      setNotice(why);
    },
    [session],
  );
  const api = useMemo(
    () => session && new Api(config.apiUrl, () => session.token(), () => leave("You have been signed out: sign in again.")),
    [config, session, leave],
  );
  return (
    <>
      <header class="head">
        <span class="brand"><Mark /> Pressrun</span>
        {config.stage !== "prod" && <span class="stage">{config.stage}</span>}
        <span class="head-end">
          {session && <span class="who">{session.label}</span>}
          <ThemeSwitch />
          {session && (
            <button type="button" class="icon-button" aria-label="Sign out" title="Sign out" onClick={() => leave(null)}><Icon name="leave" /></button>
          )}
        </span>
      </header>
      {api ? <Loaded api={api} /> : <SignIn key={notice} config={config} notice={notice} onSession={setSession} />}
    </>
  );
}

/** Wait for the templates, without which there is nothing to do. */
function Loaded({ api }: { api: Api }) {
  const [templates, setTemplates] = useState<TemplateSummary[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setFault(null);
    api.templates().then(setTemplates, (error: Error) => setFault(error.message));
  }, [api, round]);
  if (templates) return <Desk api={api} templates={templates} />;
  return (
    <main class="desk-waiting">
      {fault ? (
        <>
          <p class="notice is-bad" role="alert">{fault}</p>
          <button type="button" class="button" onClick={() => setRound(round + 1)}>Try again</button>
        </>
      ) : (
        <p class="waiting">Loading …</p>
      )}
    </main>
  );
}
