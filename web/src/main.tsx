import "./styles/index.css";
import { render } from "preact";
import { App } from "./app";
import { restored } from "./auth/session";
import { loadConfig } from "./config";
import { storedTheme, wear } from "./ui/theme";

const root = document.getElementById("app") as HTMLElement;

wear(storedTheme());

async function start(): Promise<void> {
  const config = await loadConfig();
  const session = await restored(config).catch(() => null);
  render(<App config={config} first={session} />, root);
}

start().catch((error: Error) => {
  render(<p class="notice is-bad" role="alert">{error.message}</p>, root);
});
