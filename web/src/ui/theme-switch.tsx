import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";
import { storedTheme, THEMES, wear, type Theme } from "./theme";

const ICONS: Record<Theme, IconName> = { auto: "auto", light: "sun", dark: "moon" };
const WORDS: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

/** Go from one theme to the next. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme());
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Theme: ${WORDS[theme]}. Change to ${WORDS[next]}`}
      title={`Theme: ${WORDS[theme]}`}
      onClick={() => {
        wear(next);
        setTheme(next);
      }}
    >
      <Icon name={ICONS[theme]} />
    </button>
  );
}
