import type { RJSFSchema } from "@rjsf/utils";
import type { Problem } from "../api/client";
import type { Template } from "../api/types";
import { faultsIn, type Faults } from "./validator";

export const NO_FAULTS: Faults = new Map();

/** Check data as the API will. */
export function faultsOf(template: Template, data: unknown): Faults {
  return faultsIn(template.schema as RJSFSchema, data);
}

/** Take the places out of a refusal by the API. */
export function faultsOfProblem(problem: Problem): Faults {
  return new Map(problem.errors.map((error) => [error.pointer, error.message]));
}
