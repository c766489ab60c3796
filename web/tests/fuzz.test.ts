import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, isUsed, pasted, widthOf, written, type Cell, type Column, type Row } from "../src/compose/grid";
import { errorSchemaOf, faultsIn, pathOf, pointerTo } from "../src/compose/validator";
import { FIELDS, optionsOf } from "../src/upload/file-options";
import { ACCEPTED, templateFor } from "../src/upload/kinds";

// What people type, paste, drop and write as JSON, whatever it is: `make fuzz TARGET=web` tries it for longer.
const PROPERTIES = 6;
const seconds = Number(process.env["FUZZ_SECONDS"] ?? 0) / PROPERTIES;
const seed = process.env["FUZZ_SEED"];
const runs = seconds > 0 ? { numRuns: Infinity, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false } : { numRuns: 100 };
fc.configureGlobal({ ...runs, ...(seed ? { seed: Number(seed) } : {}) });
const patience = seconds * 1000 + 30_000;

// Words that each object of JavaScript has, and a half of a character that is two.
const word = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", "constructor", "__proto__", "toString", "2", "-1.5", "a%", "a/b~c", "\ud800", "Artikel", "12,50", "\u2212 3 €"),
);
const cell: fc.Arbitrary<Cell> = fc.oneof(word, fc.double(), fc.boolean(), fc.constant(null));
const row = fc.array(fc.tuple(word, cell), { maxLength: 5 }).map((cells) => Object.fromEntries(cells) as Row);
const rows = fc.array(row, { maxLength: 5 });
const lines = fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
const head = fc.constantFrom("as it looks", "names", "data");
const schemas = readdirSync("../templates")
  .filter((name) => !name.startsWith("_"))
  .map((name) => JSON.parse(readFileSync(`../templates/${name}/schema.json`, "utf-8")) as object);

const plain = (text: string): string => text.replace(/[\t\r\n]/g, "");
const columns = (keys: string[]): Column[] => [...new Set(keys)].map((key) => ({ key, title: key, type: "string", isRequired: false }));

describe("whatever is pasted", () => {
  it("stands in the new table, cell for cell", () => {
    fc.assert(
      fc.property(lines, (cells) => {
        const grid = cells.map((line) => line.map((each) => plain(each).trim()));
        fc.pre(grid.at(-1)?.some((each) => each !== "") === true);

        const { rows: made } = pasted([], { shown: [], known: [], isFree: true }, { row: 0, column: 0 }, grid.map((line) => line.join("\t")).join("\n"), "data");

        expect(made.map((each) => Object.values(each).map(written))).toEqual(
          grid.map((line) => line.filter((each) => each !== "")),
        );
      }),
    );
  }, patience);

  it("keeps the rows beside it, and names each cell by one column", () => {
    fc.assert(
      fc.property(rows, lines, fc.nat(5), fc.nat(5), fc.boolean(), head, (before, cells, down, right, isFree, said) => {
        const shown = columnsOf({}, before);
        const kept = structuredClone(before);

        const { rows: made, hasHead } = pasted(before, { shown, known: shown, isFree }, { row: down, column: right }, cells.map((line) => line.join("\t")).join("\r\n"), said);

        expect(before).toEqual(kept);
        if (!hasHead) expect(made.slice(0, Math.min(down, before.length))).toEqual(before.slice(0, down));
        for (const column of columnsOf({}, made)) {
          expect(made.some((each) => Object.hasOwn(each, column.key))).toBe(true);
          expect(isUsed(column, made)).toBe(true);
        }
      }),
    );
  }, patience);

  it("is shown as what it is, and not as what each object has", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (keys) => {
        for (const column of columns(keys)) {
          expect(isUsed(column, [{}])).toBe(false);
          expect(widthOf(column, [{}])).toBe(5);
        }
      }),
    );
  }, patience);

  // Work that grows with the square of the lines would take minutes.
  it.each([
    ["many lines", "a\t1\tx\n".repeat(150_000)],
    ["many empty lines", `a${"\n".repeat(300_000)}b`],
    ["many columns of one name", `${"a\t".repeat(100_000)}\n${"b\t".repeat(100_000)}`],
  ])("takes no longer than it is long: %s", (_, text) => {
    const { rows: made } = pasted([], { shown: [], known: [], isFree: true }, { row: 0, column: 0 }, text);

    for (const column of columnsOf({}, made).slice(0, 2)) expect(widthOf(column, made)).toBeLessThan(31);
  }, 20_000);
});

describe("whatever is typed", () => {
  it("becomes options that can be sent, each under its own name", () => {
    const typed = fc.dictionary(fc.constantFrom(...FIELDS.map(({ name }) => name)), fc.oneof(word, fc.string({ unit: "binary" })));
    fc.assert(
      fc.property(typed, (texts) => {
        const { title, locale, reading, ...others } = optionsOf(texts);

        expect(others).toEqual({});
        expect(title ?? "").toBe(texts.title?.trim() ?? "");
        expect(locale ?? "").toBe(texts.locale?.trim() ?? "");
        expect(new Set(Object.keys(reading ?? {}))).toEqual(
          new Set(Object.entries(texts).filter(([name, text]) => text.trim() !== "" && name !== "title" && name !== "locale").map(([name]) => name)),
        );
        JSON.stringify(reading);
      }),
    );
  }, patience);

  it("takes no longer than it is long", () => {
    expect(optionsOf({ columns: `a${" ".repeat(200_000)}b` }).reading?.columns).toHaveLength(1);
  });
});

describe("whatever is dropped", () => {
  it("is for a template that takes such files, or for none", () => {
    const templates = [{ name: "table", made_from: "rows" }, { name: "photos", made_from: "image" }] as never[];
    const name = fc.tuple(word, fc.oneof(word, fc.constantFrom(...ACCEPTED.split(",")))).map(([stem, suffix]) => `${stem}.${suffix}`);
    fc.assert(
      fc.property(name, word, (filename, chosen) => {
        expect(["table", "photos", null]).toContain(templateFor(filename, templates, chosen));
      }),
    );
  }, patience);
});

describe("whatever JSON is written", () => {
  it("is found right, or wrong at a place that the form can show", () => {
    const data = fc.oneof(fc.jsonValue(), fc.dictionary(word, fc.jsonValue()), fc.record({ rows, lines: rows, image: word, seller: row }));
    fc.assert(
      fc.property(data, (value) => {
        for (const schema of schemas) {
          const faults = faultsIn(schema, value);
          errorSchemaOf(faults);
          for (const pointer of faults.keys()) expect(pointerTo(pathOf(pointer))).toBe(pointer);
        }
      }),
    );
  }, patience);
});
