import { useMemo } from "preact/hooks";
import type { Report } from "../api/types";

/**
 * Return what a report's files were first seen as, until the report is another.
 * Addresses are signed anew with each answer: with them, what is shown would be loaded again at each look.
 */
export function useSteady<Value>(value: Value, report: Report): Value {
  return useMemo(() => value, [report.id, report.updated_at, value === undefined]);
}
