import type { ReportOptions } from "../api/types";
import { withoutEmpty } from "./schema";

/** What you have entered for a template, and the key of the request that it becomes. */
export interface Entered {
  data: unknown;
  options: ReportOptions;
  /** The same until a request has got through: one that was lost on its way can be sent again without harm. */
  key: string;
  /** From when the sample was filled in until the form is emptied, or rows are pasted, which takes its place. */
  isSample: boolean;
}

export const nothing = (): Entered => ({ data: {}, options: {}, key: crypto.randomUUID(), isSample: false });

export const isEmpty = (data: unknown): boolean => JSON.stringify(withoutEmpty(data)) === "{}";

/** Return the options of the request: a sample is sent as one, and the report says so. */
export const optionsOf = ({ options, isSample }: Entered): ReportOptions => (isSample ? { ...options, sample: true } : options);

/** Put pasted rows at their place. Nothing of a sample stays beside them. */
export function withPasted({ data, isSample }: Entered, path: (string | number)[], rows: unknown[]): Pick<Entered, "data" | "isSample"> {
  return { data: replaced(isSample ? {} : data, path, rows), isSample: false };
}

function replaced(value: unknown, [name, ...rest]: (string | number)[], inner: unknown): unknown {
  if (name === undefined) return inner;
  if (Array.isArray(value)) return value.map((each, at) => (at === name ? replaced(each, rest, inner) : each));
  const known = (value ?? {}) as Record<string, unknown>;
  return { ...known, [name]: replaced(known[name], rest, inner) };
}
