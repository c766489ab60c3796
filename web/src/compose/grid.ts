import { typeOf } from "./schema";
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

/** Return the columns that a list of objects may have: those of its schema, else those that its rows have. */
export function columnsOf(items: Schema, rows: Row[]): Column[] {
  const properties = Object.entries(items.properties ?? {});
  if (properties.length > 0) return properties.map(([key, property]) => column(key, property, items));
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...keys].map((key) => {
    const cells = rows.map((row) => row[key]).filter((cell) => cell !== undefined && cell !== null);
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
  return column.isRequired || rows.some((row) => row[column.key] !== undefined);
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
  const longest = Math.max(...rows.map((row) => written(row[column.key]).length), 4);
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

/** Put lines of a spreadsheet, cells apart by tabs, over the grid from one cell on; rows grow as needed. */
export function pasted(rows: Row[], columns: Column[], at: { row: number; column: number }, text: string, isFree: boolean): Row[] {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  let result = [...rows];
  lines.forEach((cells, down) => {
    if (at.row + down >= result.length) result.push({});
    cells.forEach((cell, right) => {
      const target = columns[at.column + right];
      if (target) result = withCell(result, at.row + down, target.key, read(cell.trim(), target, isFree));
    });
  });
  return result;
}
