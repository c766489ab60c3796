import type { ReadingOptions, ReportOptions } from "../api/types";

/** Options of a file as they are typed; what is empty is inferred. */
export type Typed = Partial<Record<FieldName, string>>;

export type FieldName = "title" | "locale" | "sheet" | "header_row" | "encoding" | "delimiter" | "quote" | "decimal" | "date_order" | "columns" | "sort" | "sums" | "group_by" | "orientation" | "paper";

export interface Field {
  name: FieldName;
  label: string;
  hint: string;
  /** What can be chosen, by the value that is sent; without, it is typed. */
  choices?: [value: string, label: string][];
  /** What is suggested while it is typed. */
  suggested?: string[];
  /** Names of the file's columns are suggested, too. */
  takesColumns?: boolean;
  /** It is typed in several lines. */
  hasLines?: boolean;
}

export const FIELDS: Field[] = [
  { name: "title", label: "Title", hint: "Else the file's title, or its name." },
  { name: "locale", label: "Language", hint: "And region, such as de-\u2060DE.", suggested: ["en-GB", "en-US", "de-DE", "de-CH", "fr-FR", "es-ES", "it-IT", "nl-NL", "pl-PL", "ja-JP"] },
  { name: "decimal", label: "Decimal mark", hint: "Of numbers in the file.", choices: [[".", "1,234.50"], [",", "1.234,50"]] },
  { name: "date_order", label: "Dates", hint: "What 03/04/2026 means.", choices: [["dmy", "Day, month, year"], ["mdy", "Month, day, year"], ["ymd", "Year, month, day"]] },
  { name: "delimiter", label: "Delimiter", hint: "Between the cells of a text file.", choices: [[",", "Comma"], [";", "Semicolon"], ["tab", "Tab"], ["|", "Bar"], ["space", "Space"]] },
  { name: "quote", label: "Quotes", hint: "Around cells of a text file.", choices: [['"', "Double"], ["'", "Single"], ["none", "None"]] },
  { name: "encoding", label: "Encoding", hint: "Of a text file.", suggested: ["utf-8", "cp1252", "iso-8859-15", "utf-16", "cp1250", "cp1251", "shift_jis", "gb18030", "big5", "euc-kr", "mac-roman"] },
  { name: "header_row", label: "Row with headings", hint: "Its number, or none." },
  { name: "sheet", label: "Sheet", hint: "Name or number, in a workbook." },
  { name: "sort", label: "Sort by", hint: "Names of columns; -\u2060Name for descending.", takesColumns: true },
  { name: "sums", label: "Sums", hint: "Names of columns, or all, or none.", suggested: ["all", "none"], takesColumns: true },
  { name: "group_by", label: "Group by", hint: "Name of a column.", takesColumns: true },
  { name: "orientation", label: "Orientation", hint: "Of the paper.", choices: [["portrait", "Upright"], ["landscape", "On its side"]] },
  { name: "paper", label: "Paper", hint: "Else A4.", choices: ["A4", "A3", "A5", "Letter", "Tabloid"].map((size) => [size, size]) },
  { name: "columns", label: "Columns", hint: "Which are printed, in this order: one a line. Name = heading gives it another heading.", hasLines: true },
];

/** Write options as the API takes them. */
export function optionsOf(typed: Typed): ReportOptions {
  const { title, locale, header_row, columns, sort, sums, ...texts } = Object.fromEntries(
    Object.entries(typed).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text !== ""),
  ) as Typed;
  const reading: ReadingOptions = {
    ...texts,
    ...(header_row === undefined ? {} : { header_row: rowOf(header_row) }),
    ...(columns === undefined ? {} : { columns: columnsOf(columns) }),
    ...(sort === undefined ? {} : { sort: sortOf(sort) }),
    ...(sums === undefined ? {} : { sums: sumsOf(sums) }),
  } as ReadingOptions;
  return {
    ...(title === undefined ? {} : { title }),
    ...(locale === undefined ? {} : { locale }),
    ...(Object.keys(reading).length > 0 ? { reading } : {}),
  };
}

/** Count the options that say something. */
export const countOf = (typed: Typed): number => Object.values(typed).filter((text) => text.trim() !== "").length;

// What is no number is sent as it is: the API says what is wrong with it.
function rowOf(text: string): number | string {
  const word = text.trim().toLowerCase();
  return word === "none" ? 0 : /^\d{1,6}$/.test(word) ? Number(word) : text;
}

function columnsOf(text: string): NonNullable<ReadingOptions["columns"]> {
  return entries(text, "\n").map((line) => {
    const at = line.search(/\s=\s/);
    return at < 0 ? { key: line } : { key: line.slice(0, at).trim(), label: line.slice(at + 2).trim() };
  });
}

function sortOf(text: string): NonNullable<ReadingOptions["sort"]> {
  return entries(text, ",").map((key) => (key.startsWith("-") ? { key: key.slice(1).trim(), descending: true } : { key }));
}

function sumsOf(text: string): boolean | string[] {
  const word = text.trim().toLowerCase();
  if (word === "all" || word === "none") return word === "all";
  return entries(text, ",");
}

const entries = (text: string, between: string): string[] => text.split(between).map((entry) => entry.trim()).filter((entry) => entry !== "");
