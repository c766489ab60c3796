import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Api } from "./api/client";
import type { Me, TemplateSummary } from "./api/types";
import { may } from "./auth/session";
import type { Session } from "./auth/types";
import { SignIn } from "./auth/sign-in";
import type { Config } from "./config";
import { Desk } from "./desk";
import { Icon, Mark } from "./ui/icons";
import { ThemeSwitch } from "./ui/theme-switch";

export function App({ config, first, fault }: { config: Config; first: Session | null; fault: string | null }) {
  const [session, setSession] = useState(first);
  const [notice, setNotice] = useState(fault);
  const current = useRef(first);

  const enter = useCallback((next: Session | null, why: string | null = null) => {
    current.current = next;
    setSession(next);
    setNotice(why);
  }, []);
  const onRefused = useCallback((refused: Session) => {
    // What comes late, or twice, may be about a user who has signed out: one who has signed in since stays.
    if (current.current !== refused) return;
    enter(null, "You have been signed out: sign in again.");
    void refused.forget();
  }, []);
  const leave = (leaving: Session) => {
    // The next user finds nothing of it: no report's address, no choice.
    history.replaceState(null, "", location.pathname);
    sessionStorage.clear();
    enter(null);
    void leaving.signOut();
  };

  if (session) return <SignedIn config={config} session={session} onRefused={onRefused} onLeave={() => leave(session)} />;
  return (
    <>
      <Head stage={config.stage} />
      <SignIn key={notice} config={config} notice={notice} onSession={enter} />
    </>
  );
}

interface SignedInProps {
  config: Config;
  session: Session;
  onRefused(session: Session): void;
  onLeave(): void;
}

interface Known {
  me: Me;
  templates: TemplateSummary[];
}

/** Find out who has signed in, and which templates there are: without them there is nothing to do. */
function SignedIn({ config, session, onRefused, onLeave }: SignedInProps) {
  const api = useMemo(() => new Api(config.apiUrl, () => session.token(), () => onRefused(session)), [config, session]);
  const [known, setKnown] = useState<Known | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setFault(null);
    find(api).then(setKnown, (error: Error) => setFault(error.message));
  }, [api, round]);
  const onUsed = useCallback(() => {
    // How much is used is told by the way: that it cannot be found out is no fault worth a word.
    api.me().then((me) => setKnown((before) => before && { ...before, me }), () => {});
  }, [api]);

  return (
    <>
      <Head stage={config.stage} who={known?.me.tenant ?? session.label} title={session.label} onLeave={onLeave} />
      {known && may(known.me, "read") ? (
        <Desk api={api} me={known.me} templates={known.templates} onUsed={onUsed} />
      ) : (
        <main class="desk-waiting">
          {known && <Unable me={known.me} />}
          {!known && !fault && <p class="waiting">Loading …</p>}
          {fault && (
            <>
              <p class="notice is-bad" role="alert">{fault}</p>
              <button type="button" class="button" onClick={() => setRound(round + 1)}>Try again</button>
            </>
          )}
        </main>
      )}
    </>
  );
}

async function find(api: Api): Promise<Known> {
  const me = await api.me();
  return { me, templates: may(me, "read") ? await api.templates() : [] };
}

/** Say why somebody sees nothing, and what to do. */
function Unable({ me }: { me: Me }) {
  return (
    <div class="sheet unable" role="alert">
      <h1>Nothing to show</h1>
      <p>To see reports, you need the scope <code>read</code>. Your key or account allows {me.scopes.length > 0 ? <>only <code>{me.scopes.join(", ")}</code></> : "nothing"}.</p>
      <p>
        {may(me, "submit") && "You can ask for reports with the API and the command line. "}
        Sign in with a key that has it, or ask the operator of Pressrun for one.
      </p>
    </div>
  );
}

function Head({ stage, who, title, onLeave }: { stage: string; who?: string; title?: string; onLeave?(): void }) {
  return (
    <header class="head">
      <span class="brand"><Mark /> Pressrun</span>
      {stage !== "prod" && <span class="stage">{stage}</span>}
      <span class="head-end">
        {who && <span class="who" title={title}>{who}</span>}
        <ThemeSwitch />
        {onLeave && (
          <button type="button" class="icon-button" aria-label="Sign out" title="Sign out" onClick={onLeave}><Icon name="leave" /></button>
        )}
      </span>
    </header>
  );
}
