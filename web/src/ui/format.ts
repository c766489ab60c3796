const LOCALE = "en-GB";
const NUMBER = new Intl.NumberFormat(LOCALE);
const TIME = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });

export const count = (value: number): string => NUMBER.format(value);

/** Write a number with its noun: 1 page, 2,501 pages. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const [size, unit] = value < 1e6 ? [value / 1e3, "kB"] : [value / 1e6, "MB"];
  return `${size < 10 ? size.toFixed(1) : count(Math.round(size))} ${unit}`;
}

export function seconds(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Say when something was, as somebody would who looks at the clock: 12 s ago, 14:05, 3 Nov. */
export function ago(iso: string, now: number): string {
  const then = Date.parse(iso);
  const passed = Math.max(0, now - then);
  if (passed < 5_000) return "just now";
  if (passed < 60_000) return `${Math.round(passed / 1000)} s ago`;
  if (passed < 3_600_000) return `${Math.round(passed / 60_000)} min ago`;
  const day = DAY.format(then);
  return day === DAY.format(now) ? TIME.format(then).slice(0, 5) : day;
}

export const clock = (iso: string): string => TIME.format(Date.parse(iso));

/** Write a time without its seconds. */
export const hour = (iso: string): string => clock(iso).slice(0, 5);

export const moment = (iso: string): string => `${DAY.format(Date.parse(iso))}, ${clock(iso)}`;

/** Write the name of a property as a label: vat_id becomes VAT ID, group_by Group by. */
export function label(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").split(/[_\s-]+/);
  const written = words.map((word) => (SHORT_FORMS.has(word.toLowerCase()) ? word.toUpperCase() : word));
  const first = written[0] ?? "";
  return [first.charAt(0).toUpperCase() + first.slice(1), ...written.slice(1)].join(" ");
}

const SHORT_FORMS = new Set(["id", "vat", "iban", "bic", "sku", "url"]);
