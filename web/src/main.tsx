import "./styles/index.css";
import { render } from "preact";
import { App } from "./app";
import { bringsKey, restored } from "./auth/session";
import { loadConfig } from "./config";
import { storedTheme, wear } from "./ui/theme";

const root = document.getElementById("app") as HTMLElement;

wear(storedTheme());

async function start(): Promise<void> {
  const config = await loadConfig();
  const [session, fault] = await restored(config).then(
    (found) => [found, null] as const,
    (error: Error) => [null, `You could not be signed in: ${error.message}`] as const,
  );
  render(<App config={config} first={session} fault={fault} />, root);
}

// An address that differs in what is behind its hash alone loads nothing anew.
window.addEventListener("hashchange", () => bringsKey(location.hash) && location.reload());

start().catch((error: Error) => {
  render(<p class="notice is-bad" role="alert">{error.message}</p>, root);
});
