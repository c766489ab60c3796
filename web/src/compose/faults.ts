import { toErrorSchema, type ErrorSchema, type RJSFSchema } from "@rjsf/utils";
import type { Problem } from "../api/client";
import type { Template } from "../api/types";
import { faults, pathOf } from "./validator";

/** What is wrong with data, by the path of its place: "lines/3/price". */
export type Faults = Map<string, string>;

export const NO_FAULTS: Faults = new Map();

/** Check data as the API will. */
export function faultsOf(template: Template, data: unknown): Faults {
  const found = faults(template.schema as RJSFSchema, data);
  return new Map(found.map((fault) => [fault.property?.split(".").slice(1).join("/") ?? "", fault.message ?? ""]));
}

/** Take the places out of a refusal by the API. */
export function faultsOfProblem(problem: Problem): Faults {
  return new Map(problem.errors.map((error) => [pathOf(error.pointer).join("/"), error.message]));
}

export function extraErrorsOf(found: Faults): ErrorSchema {
  return toErrorSchema(
    [...found].map(([path, message]) => ({ property: `.${path.replaceAll("/", ".")}`, message, stack: message })),
  );
}
