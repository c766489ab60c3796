import type { Kind, TemplateSummary } from "../api/types";

const PICTURES = ["jpg", "jpeg", "png", "webp", "heic", "heif", "hif", "avif", "tiff", "tif", "gif", "bmp"];

const KINDS: Record<string, Kind[]> = {
  csv: ["rows"],
  tsv: ["rows"],
  txt: ["rows"],
  gz: ["rows"],
  xlsx: ["rows"],
  xlsm: ["rows"],
  jsonl: ["rows"],
  ndjson: ["rows"],
  json: ["object", "rows"],
  // Electronic invoices.
  xml: ["object"],
  pdf: ["object"],
  ...Object.fromEntries(PICTURES.map((suffix) => [suffix, ["image"] satisfies Kind[]])),
};

const SIDECAR = ".pressrun.json";

/** Tell whether a file has the options of another one, whose name is the rest of its own. */
export const isSidecar = (filename: string): boolean => filename.endsWith(SIDECAR);

/** The suffixes that a file dialog offers. */
export const ACCEPTED = Object.keys(KINDS).map((suffix) => `.${suffix}`).join(",");

/**
 * Say which template a file is for: the chosen one if it is made from such files, else the first that is.
 * None takes a file of an unknown suffix.
 */
export function templateFor(filename: string, templates: TemplateSummary[], chosen: string): string | null {
  if (isSidecar(filename)) return templateFor(filename.slice(0, -SIDECAR.length), templates, chosen);
  const suffix = filename.split(".").at(-1)?.toLowerCase() ?? "";
  const kinds = Object.hasOwn(KINDS, suffix) ? KINDS[suffix] : undefined;
  if (kinds === undefined) return null;
  const fitting = templates.filter((template) => kinds.includes(template.made_from));
  // An object that fits the schema works for every template, so that JSON goes to the template that you look at.
  if (suffix === "json" && templates.some((template) => template.name === chosen)) return chosen;
  return (fitting.find((template) => template.name === chosen) ?? fitting[0])?.name ?? null;
}
