import { isScalar, typeOf } from "./schema";
import type { Schema } from "../api/types";
import { label } from "../ui/format";

export type Cell = string | number | boolean | null | undefined;
export type Row = Record<string, Cell>;

export interface Column {
  key: string;
  title: string;
  type: "string" | "number" | "boolean";
  isRequired: boolean;
  choices?: string[];
  hint?: string;
}

/** Return what a row has in a column, and not what each object has of that name, such as `constructor`. */
export const cellOf = (row: Row, key: string): Cell => (Object.hasOwn(row, key) ? row[key] : undefined);

/** Return the columns that a list of objects may have: those of its schema, else those that its rows have. */
export function columnsOf(items: Schema, rows: Row[]): Column[] {
  const properties = Object.entries(items.properties ?? {});
  // What is no cell, such as a list within a row, is edited as JSON, and stays in its row.
  if (properties.length > 0) return properties.filter(([, property]) => isScalar(property)).map(([key, property]) => column(key, property, items));
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...keys].map((key) => {
    const cells = rows.map((row) => cellOf(row, key)).filter((cell) => cell !== undefined && cell !== null);
    const type = cells.length > 0 && cells.every((cell) => typeof cell === "number") ? "number" : "string";
    return { key, title: key, type, isRequired: false };
  });
}

function column(key: string, property: Schema, items: Schema): Column {
  const type = typeOf(property);
  return {
    key,
    title: property.title ?? label(key),
    type: type === "number" || type === "integer" ? "number" : type === "boolean" ? "boolean" : "string",
    isRequired: (items.required ?? []).includes(key),
    ...(property.enum ? { choices: property.enum.map(String) } : {}),
    ...(property.description ? { hint: property.description } : {}),
  };
}

/** Tell which columns are worth their room: those that are needed, or that some row fills. */
export function isUsed(column: Column, rows: Row[]): boolean {
  return column.isRequired || rows.some((row) => cellOf(row, column.key) !== undefined);
}

/** Read what was typed into a cell. Without a schema, what looks like a number is one. */
export function read(text: string, column: Column, isFree: boolean): Cell {
  if (text === "") return undefined;
  if (column.type === "boolean") return text === "true";
  const isNumber = /^-?(0|[1-9]\d{0,14})(\.\d{1,12})?$/.test(text);
  return isNumber && (column.type === "number" || isFree) ? Number(text) : text;
}

/** Return how many characters wide a column's cells are to be. */
export function widthOf(column: Column, rows: Row[]): number {
  const longest = rows.reduce((most, row) => Math.max(most, written(cellOf(row, column.key)).length), 4);
  return Math.min(30, longest + 1);
}

export function written(cell: Cell): string {
  return cell === null || cell === undefined ? "" : String(cell);
}

/** Return the rows with one cell changed; an emptied cell leaves its row. */
export function withCell(rows: Row[], index: number, key: string, cell: Cell): Row[] {
  return rows.map((row, at) => {
    if (at !== index) return row;
    const { [key]: _, ...others } = row;
    if (cell === undefined) return others;
    return { ...row, [key]: cell };
  });
}

/** Whether the first pasted line names the columns: as it looks, or as somebody has said. */
export type Head = "as it looks" | "names" | "data";

/** The columns as they stand, and also those that no row fills. A free grid may have any. */
export interface Columns {
  shown: Column[];
  known: Column[];
  isFree: boolean;
}

export interface Paste {
  rows: Row[];
  hasHead: boolean;
}

/**
 * Put lines of a spreadsheet, cells apart by tabs, into a grid.
 *
 * A first line that names columns is no row. Pasted into the first row, it begins a new table: nothing of the rows before
 * stays. All else goes over the cells from one on, and rows grow as needed; so do the columns of a free grid.
 */
export function pasted(
  rows: Row[],
  of: Columns,
  at: { row: number; column: number },
  text: string,
  head: Head = "as it looks",
): Paste {
  const lines = linesOf(text);
  const { shown, isFree } = of;
  const isNew = isFree && ((at.row === 0 && at.column === 0) || rows.every((row) => Object.keys(row).length === 0));
  const names = head === "data" ? null : columnsNamed(lines, of, isNew, head);
  const body = names === null ? lines : lines.slice(1);
  const first = names === null ? at.column : 0;
  const columns = names ?? (isFree ? grown(shown, first + widest(lines)) : shown);
  const result = names !== null && at.row === 0 ? [] : [...rows];
  body.forEach((cells, down) => {
    while (at.row + down >= result.length) result.push({});
    const row = new Map(Object.entries(result[at.row + down] ?? {}));
    cells.forEach((cell, right) => {
      const target = columns[first + right];
      if (!target) return;
      const value = read(cell, target, isFree);
      if (value === undefined) row.delete(target.key);
      else row.set(target.key, value);
    });
    result[at.row + down] = Object.fromEntries(row);
  });
  return { rows: result, hasHead: names !== null };
}

/** Return the cells of each line but for empty lines at the end. */
function linesOf(text: string): string[][] {
  const lines = text.split(/\r\n?|\n/);
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

/** Return the columns that the first line names; null when it is a row like the others. */
function columnsNamed(lines: string[][], { known, isFree }: Columns, isNew: boolean, head: Head): (Column | undefined)[] | null {
  const [first = [], ...rest] = lines;
  if (rest.length === 0) return null;
  const found = first.map((name) => known.find((column) => isCalled(column, name))).map((column, at, all) => (all.indexOf(column) === at ? column : undefined));
  const isKnown = first.some(Boolean) && first.every((name, at) => found[at] || (name === "" && (isFree || lines.every((line) => !line[at]))));
  const isNamed = isNew && (head === "names" || first.every((name) => !looksLikeValue(name)));
  if (!isKnown && !isNamed) return null;
  return isFree ? grown(found, widest(lines), first) : found;
}

const isCalled = (column: Column, name: string): boolean => [column.key, column.title].some((each) => each.toLowerCase() === name.toLowerCase());

const looksLikeValue = (text: string): boolean => /^[-+\u2212(]?[€$£]?\s?\d[\d.,'’\s/:-]*[%€$£)]?$/.test(text);

const widest = (lines: string[][]): number => lines.reduce((most, line) => Math.max(most, line.length), 0);

/** Return so many columns: those there are, and where there is none a new one, by the name given or by its number. */
function grown(columns: (Column | undefined)[], count: number, names: string[] = []): Column[] {
  const taken = new Set(columns.map((column) => column?.key));
  const copies = new Map<string, number>();
  return Array.from({ length: count }, (_, at) => {
    const there = columns[at];
    if (there) return there;
    const wanted = names[at] || `Column ${at + 1}`;
    let key = wanted;
    while (taken.has(key)) {
      const copy = (copies.get(wanted) ?? 1) + 1;
      copies.set(wanted, copy);
      key = `${wanted} ${copy}`;
    }
    taken.add(key);
    return { key, title: key, type: "string", isRequired: false };
  });
}
