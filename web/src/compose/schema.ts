import type { Schema, Template } from "../api/types";
import { label } from "../ui/format";

/** Follow a reference inside a schema; what stands beside it counts more. */
export function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace(/^#\/\$defs\//, "");
  const target = name === undefined ? undefined : root.$defs?.[name];
  if (target === undefined) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...resolved(target, root), ...beside };
}

export function typeOf(schema: Schema): string {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  return type ?? (schema.enum ? "string" : "object");
}

const SCALARS = new Set(["string", "number", "integer", "boolean"]);

/** Tell whether a property holds one value, as a cell of a grid does. */
export function isScalar(schema: Schema): boolean {
  return SCALARS.has(typeOf(schema));
}

/** Tell whether a schema is a list of objects that are flat but for parts they may do without: best seen as a grid. */
export function isGrid(schema: Schema, root: Schema): boolean {
  if (typeOf(schema) !== "array" || schema.items === undefined) return false;
  const items = resolved(schema.items, root);
  if (typeOf(items) !== "object") return false;
  const properties = Object.entries(items.properties ?? {});
  const flat = properties.filter(([, property]) => isScalar(resolved(property, root))).map(([name]) => name);
  return properties.length === 0 || (flat.length > 0 && (items.required ?? []).every((name) => flat.includes(name)));
}

export function isPicture(schema: Schema): boolean {
  return typeof schema.pattern === "string" && schema.pattern.startsWith("^data:image/");
}

/** Tell whether a template makes electronic invoices. */
export const einvoices = (schema: Schema): boolean => (schema["x-pressrun"] as { einvoice?: boolean } | undefined)?.einvoice === true;

/** Return the schema for the form: references followed, every property with a title. */
export function forForm(template: Template): Schema {
  return titled(template.schema, template.schema);
}

function titled(schema: Schema, root: Schema): Schema {
  const whole = resolved(schema, root);
  const shown: Schema = { ...whole };
  delete shown.$schema;
  delete shown["x-pressrun"];
  // An object that needs one of several properties has one form, with all of them; the service says what is missing.
  if ([whole.anyOf, whole.oneOf].flat().every((way) => way === undefined || isOnlyRequired(way))) {
    delete shown.anyOf;
    delete shown.oneOf;
  }
  if (Array.isArray(whole.type)) shown.type = whole.type[0] as string;
  if (whole.enum && whole.type === undefined) shown.type = "string";
  if (whole.properties) {
    shown.properties = Object.fromEntries(
      Object.entries(whole.properties).map(([name, property]) => [
        name,
        { title: label(name), ...titled(property, root) },
      ]),
    );
  }
  if (whole.items) shown.items = titled(whole.items, root);
  return shown;
}

function isOnlyRequired(way: unknown): boolean {
  return way !== null && typeof way === "object" && Object.keys(way).join() === "required";
}

export type UiSchema = Record<string, unknown>;

/** Say which parts of a form are not the library's own: grids and pictures, and the order: small things first. */
export function uiOf(schema: Schema, root: Schema = schema): UiSchema {
  const ui: UiSchema = {};
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, resolved(property, root)] as const);
  for (const [name, property] of properties) {
    if (isGrid(property, root)) ui[name] = { "ui:field": "grid" };
    else if (isPicture(property)) ui[name] = { "ui:widget": "picture" };
    else if (typeOf(property) === "object") ui[name] = uiOf(property, root);
    else if (typeOf(property) === "string" && Number(property.maxLength ?? 0) >= 500) ui[name] = { "ui:widget": "textarea" };
    else if (typeOf(property) === "array") ui[name] = { items: longText(property.items) };
  }
  const required = new Set(schema.required ?? []);
  const weight = ([name, property]: readonly [string, Schema]): number =>
    (required.has(name) ? 0 : 1) + (isGrid(property, root) ? 4 : typeOf(property) === "array" ? 6 : 0) + (name === "paper" ? 3 : 0);
  ui["ui:order"] = [...properties].sort((a, b) => weight(a) - weight(b)).map(([name]) => name);
  return ui;
}

function longText(items: Schema | undefined): UiSchema {
  return Number(items?.maxLength ?? 0) >= 500 ? { "ui:widget": "textarea" } : {};
}

/** Leave out what a form has made empty: strings and objects that nobody filled, which schemas refuse. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, withoutEmpty(inner)] as const)
    .filter(([, inner]) => inner !== undefined && inner !== "" && !isEmptyObject(inner));
  return Object.fromEntries(kept);
}

function isEmptyObject(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0;
}
