import { useState } from "preact/hooks";
import { Api, Problem } from "../api/client";
import type { Config } from "../config";
import { Icon, Mark } from "../ui/icons";
import { Sheets } from "./sheets";
import { faultOfKey, keyIn, KeySession } from "./session";
import type { Session } from "./types";

interface Props {
  config: Config;
  notice: string | null;
  onSession(session: Session): void;
}

/** Let somebody in who has an API key, or an account of the identity provider. */
export function SignIn({ config, notice, onSession }: Props) {
  const [key, setKey] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function enter(): Promise<void> {
    const given = keyIn(key);
    const session = new KeySession(given);
    const wrong = faultOfKey(given);
    setFault(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      await new Api(config.apiUrl, () => session.token()).me();
      onSession(session.keep());
    } catch (error) {
      const isUnknown = error instanceof Problem && error.status === 401;
      setFault(isUnknown ? "This key is unknown or has been revoked." : (error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  async function provide(): Promise<void> {
    if (config.cognito === null) return;
    setBusy(true);
    try {
      const { signIn } = await import("./provider");
      await signIn(config.cognito);
    } catch (error) {
      setFault(`The sign-in page cannot be reached: ${(error as Error).message}`);
      setBusy(false);
    }
  }

  return (
    <main class="sign-in">
      <Sheets />
      <div class="sign-in-sheet sheet">
        <Mark />
        <h1>Data in,<br />reports out.</h1>
        <p class="lead">Fill in a form or drop files, and fetch the PDFs when they are ready.</p>
        {notice && <p class="notice is-bad" role="status">{notice}</p>}
        {config.cognito && (
          <>
            <button type="button" class="primary wide" disabled={isBusy} onClick={() => void provide()}><Icon name="leave" /> Sign in</button>
            <p class="or"><span>or</span></p>
          </>
        )}
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void enter();
          }}
        >
          <div class={`field ${fault ? "has-fault" : ""}`}>
            <label for="api-key">API key</label>
            <input
              id="api-key"
              type="password"
              value={key}
              placeholder="pr_…"
              autocomplete="off"
              spellcheck={false}
              aria-invalid={fault !== null}
              aria-describedby="api-key-fault api-key-hint"
              onInput={({ currentTarget }) => setKey(currentTarget.value)}
            />
            <p class="fault" id="api-key-fault" role="alert">{fault}</p>
            <p class="hint" id="api-key-hint">It stays in this tab. {config.stage === "local" ? <><code>make up</code> prints one, and an address that has it. The whole line will do.</> : <><code>make api-key</code> makes one.</>}</p>
          </div>
          <button type="submit" class={config.cognito ? "button wide" : "primary wide"} disabled={isBusy}><Icon name="key" /> Enter with a key</button>
        </form>
      </div>
    </main>
  );
}
