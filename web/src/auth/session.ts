import type { Me, Scope } from "../api/types";
import type { Config } from "../config";
import type { Session } from "./types";

const STORED_KEY = "pressrun.apiKey";

/** The holder of an API key. The key lives as long as the tab does, and leaves it for the API alone. */
export class KeySession implements Session {
  constructor(private readonly key: string) {}

  get label(): string {
    return `Key ${this.key.slice(0, 8)}…${this.key.slice(-4)}`;
  }

  async token(): Promise<string> {
    return this.key;
  }

  async forget(): Promise<void> {
    sessionStorage.removeItem(STORED_KEY);
  }

  signOut(): Promise<void> {
    return this.forget();
  }

  keep(): this {
    sessionStorage.setItem(STORED_KEY, this.key);
    return this;
  }
}

export const may = (me: Me, scope: Scope): boolean => me.scopes.includes(scope);

/** Return the key in what was pasted: the key alone, the line that sets it in a shell, or a link with it. */
export function keyIn(text: string): string {
  return /(?:PRESSRUN_API_KEY=|#key=)["']?([^\s"'&;]+)/.exec(text)?.[1] ?? text.trim();
}

/** Tell whether an address brings a key along, as the one that `make up` prints does. */
export const bringsKey = (hash: string): boolean => hash.startsWith("#key=");

/** Say what is wrong with the form of a key, before it is sent anywhere. */
export function faultOfKey(key: string): string | null {
  if (!key) return "Enter an API key.";
  if (!key.startsWith("pr_")) return "An API key begins with pr_. Copy it whole.";
  if (!/^[\x21-\x7e]+$/.test(key)) return "An API key has no spaces and no special characters.";
  return null;
}

/**
 * Return the session that the tab still has, or has just come back from the identity provider with.
 * Rejects when the provider let nobody in.
 */
export async function restored(config: Config): Promise<Session | null> {
  if (bringsKey(location.hash)) {
    const brought = keyIn(location.hash);
    // Neither the address nor the history keep it.
    history.replaceState(null, "", location.pathname + location.search);
    // Elsewhere, a link from a stranger could have you enter your data for the stranger's tenant.
    if (config.stage === "local" && faultOfKey(brought) === null) return new KeySession(brought).keep();
  }
  const key = sessionStorage.getItem(STORED_KEY);
  if (key) return new KeySession(key);
  if (config.cognito === null) return null;
  // Most pages are opened with a key: a page that needs the client of the identity provider loads it.
  const { restoredUser } = await import("./provider");
  return restoredUser(config.cognito);
}
