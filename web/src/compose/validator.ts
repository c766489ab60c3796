import { Validator, type OutputUnit, type Schema as CfSchema } from "@cfworker/json-schema";
import { ErrorSchemaBuilder, type ErrorSchema, type RJSFSchema, type ValidatorType } from "@rjsf/utils";

// These say only that something below them is wrong, which has an entry of its own.
const ABOUT_PARTS = new Set(["properties", "items", "prefixItems", "$ref", "allOf", "additionalProperties"]);

/** What is wrong with data, by the JSON pointer (RFC 6901) to its place: "/lines/3/price". */
export type Faults = Map<string, string>;

/** Turn "/lines/3/price" into the way there: ["lines", "3", "price"]. */
export function pathOf(pointer: string): string[] {
  return pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function pointerTo(path: (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function errorSchemaOf(found: Faults): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const [pointer, message] of found) builder.addErrors(message, pathOf(pointer));
  return builder.ErrorSchema;
}

/** Check data against a JSON Schema by interpretation: the page's policy forbids to compile schemas, as Ajv does. */
export const validator: ValidatorType = {
  validateFormData(formData, schema) {
    const found = faultsIn(schema, formData);
    return { errors: [...found].map(([property, message]) => ({ property, message, stack: message })), errorSchema: errorSchemaOf(found) };
  },
  isValid(schema, formData, rootSchema) {
    const whole = { ...(rootSchema as object), ...(schema as object) } as CfSchema;
    return new Validator(whole, "2020-12").validate(formData).valid;
  },
  rawValidation(schema, formData) {
    return { errors: new Validator(schema as CfSchema, "2020-12", false).validate(formData).errors as never[] };
  },
};

export function faultsIn(schema: RJSFSchema, data: unknown): Faults {
  const units = unitsOf(schema, data);
  return new Map(units.filter((unit) => !ABOUT_PARTS.has(unit.keyword)).map((unit) => [placeOf(unit), message(unit)]));
}

function unitsOf(schema: RJSFSchema, data: unknown): OutputUnit[] {
  const checked = new Validator(schema as CfSchema, "2020-12", false);
  try {
    return checked.validate(data).errors;
  } catch (error) {
    // The library writes places as URIs, and a name with half of a character in it cannot stand in one.
    if (error instanceof URIError) return checked.validate(wellFormed(data)).errors;
    throw error;
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [wellFormed(name), wellFormed(inner)]));
}

function placeOf(unit: OutputUnit): string {
  // The library's pointers are fragments of URIs.
  const pointer = decodeURIComponent(unit.instanceLocation.replace(/^#/, ""));
  const missing = unit.keyword === "required" ? /"(.+)"/.exec(unit.error)?.[1] : undefined;
  return missing === undefined ? pointer : pointer + pointerTo([missing]);
}

const MESSAGES: Record<string, string> = {
  required: "This is needed.",
  type: "This has the wrong type.",
  pattern: "This has the wrong format: see the hint.",
  format: "This has the wrong format: see the hint.",
  enum: "Choose one from the list.",
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
