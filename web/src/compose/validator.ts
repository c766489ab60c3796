import { Validator, type OutputUnit, type Schema as CfSchema } from "@cfworker/json-schema";
import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from "@rjsf/utils";

// These say only that something below them is wrong, which has an entry of its own.
const ABOUT_PARTS = new Set(["properties", "items", "prefixItems", "$ref", "allOf", "additionalProperties"]);

/** Turn `#/lines/3/price` into the way there: ["lines", "3", "price"]. */
export function pathOf(pointer: string): string[] {
  return pointer
    .replace(/^#/, "")
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Check data against a JSON Schema by interpretation: the page's policy forbids to compile schemas, as Ajv does. */
export const validator: ValidatorType = {
  validateFormData(formData, schema) {
    const errors = faults(schema, formData);
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid(schema, formData, rootSchema) {
    const whole = { ...(rootSchema as object), ...(schema as object) } as CfSchema;
    return new Validator(whole, "2020-12").validate(formData).valid;
  },
  rawValidation(schema, formData) {
    return { errors: new Validator(schema as CfSchema, "2020-12", false).validate(formData).errors as never[] };
  },
};

export function faults(schema: RJSFSchema, data: unknown): RJSFValidationError[] {
  const units = new Validator(schema as CfSchema, "2020-12", false).validate(data).errors;
  return units.filter((unit) => !ABOUT_PARTS.has(unit.keyword)).flatMap(errorsOf);
}

function errorsOf(unit: OutputUnit): RJSFValidationError[] {
  const path = pathOf(unit.instanceLocation);
  const missing = unit.keyword === "required" ? /"([^"]+)"/.exec(unit.error)?.[1] : undefined;
  const place = missing === undefined ? path : [...path, missing];
  return [{ name: unit.keyword, property: `.${place.join(".")}`, message: message(unit), stack: message(unit) }];
}

const MESSAGES: Record<string, string> = {
  required: "This is needed.",
  type: "This is of another type.",
  pattern: "This is not of the right form: see the hint.",
  format: "This is not of the right form: see the hint.",
  enum: "Choose one of the list.",
  minLength: "This is too short.",
  maxLength: "This is too long.",
  minItems: "There are too few.",
  maxItems: "There are too many.",
  minimum: "This is too small.",
  maximum: "This is too large.",
  false: "There is no such property.",
};

function message(unit: OutputUnit): string {
  return MESSAGES[unit.keyword] ?? unit.error;
}
