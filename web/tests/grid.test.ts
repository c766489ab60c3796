import { describe, expect, it } from "vitest";
import { columnsOf, isUsed, pasted, read, withCell, type Column } from "../src/compose/grid";

const NAME: Column = { key: "name", title: "Name", type: "string", isRequired: true };
const PRICE: Column = { key: "price", title: "Price", type: "number", isRequired: false };
const CLOSED = { shown: [NAME, PRICE], known: [NAME, PRICE], isFree: false };
const FIRST = { row: 0, column: 0 };

describe("a grid", () => {
  it("has the columns of its schema, in the schema's order", () => {
    const items = { properties: { name: { type: "string" }, vat_id: { type: "string" } }, required: ["name"] };

    const columns = columnsOf(items, []);

    expect(columns.map((column) => [column.title, column.isRequired])).toEqual([["Name", true], ["VAT ID", false]]);
  });

  it("leaves out what is no cell, which stays in its row", () => {
    const items = { properties: { name: { type: "string" }, taxes: { type: "array" } }, required: ["name"] };
    const row = { name: "Bread", taxes: [{ rate: 9 }] };

    expect(columnsOf(items, []).map((column) => column.key)).toEqual(["name"]);
    expect(withCell([row as never], 0, "name", "Rolls")).toEqual([{ ...row, name: "Rolls" }]);
  });

  it("without a schema has the columns of its rows, numbers where all are", () => {
    const columns = columnsOf({}, [{ City: "Oslo", Rain: 12.5 }, { Rain: 60, Note: "wet" }]);

    expect(columns.map((column) => [column.key, column.type])).toEqual([["City", "string"], ["Rain", "number"], ["Note", "string"]]);
  });

  it("shows an optional column only when a row fills it", () => {
    expect(isUsed(PRICE, [{ name: "Bread" }])).toBe(false);
    expect(isUsed(PRICE, [{ price: 0 }])).toBe(true);
    expect(isUsed(NAME, [])).toBe(true);
  });

  it.each([
    ["2.5", PRICE, false, 2.5],
    ["-3", PRICE, false, -3],
    ["1.", PRICE, false, "1."],
    ["007", NAME, true, "007"],
    ["7", NAME, true, 7],
    ["7", NAME, false, "7"],
    ["", NAME, false, undefined],
    ["12345678901234567890", PRICE, false, "12345678901234567890"],
  ])("reads %j", (text, column, isFree, expected) => {
    expect(read(text, column, isFree)).toBe(expected);
  });

  it("drops an emptied cell from its row", () => {
    expect(withCell([{ name: "Bread", price: 2 }], 0, "price", undefined)).toEqual([{ name: "Bread" }]);
  });

  it("takes cells of a spreadsheet from one cell on, and grows", () => {
    const made = pasted([{ name: "Bread" }], CLOSED, FIRST, "Rolls\t2.5\textra\r\nCake\t7\r\n");

    expect(made).toEqual({ rows: [{ name: "Rolls", price: 2.5 }, { name: "Cake", price: 7 }], hasHead: false });
  });

  it("finds its columns by the names in a first line, in any order, and those that it does not show", () => {
    const made = pasted([], { ...CLOSED, shown: [NAME] }, FIRST, "price\tNAME\n2.5\tRolls\n7\tCake");

    expect(made).toEqual({ rows: [{ name: "Rolls", price: 2.5 }, { name: "Cake", price: 7 }], hasHead: true });
  });

  it("takes a line with a name that it does not know, or one twice, for a row", () => {
    for (const head of ["Name\tColour", "Name\tName"]) {
      expect(pasted([], CLOSED, FIRST, `${head}\nRolls\t2.5`)).toEqual({
        rows: [{ name: "Name", price: head.split("\t")[1] }, { name: "Rolls", price: 2.5 }],
        hasHead: false,
      });
    }
  });
});

describe("a free grid", () => {
  const before = [{ City: "Rome", Rain: 1 }, { City: "Paris", Rain: 2 }, { City: "Berne", Rain: 3 }];
  const known = columnsOf({}, before);
  const free = { shown: known, known, isFree: true };
  const empty = { shown: [], known: [], isFree: true };

  it("has the columns that the first pasted line names, and all that is below", () => {
    const made = pasted([], empty, FIRST, "City\tRain\nOslo\t12.5\nBergen\t60\n");

    expect(made).toEqual({ rows: [{ City: "Oslo", Rain: 12.5 }, { City: "Bergen", Rain: 60 }], hasHead: true });
  });

  it("keeps no row of a table that another one is pasted over, whatever its columns", () => {
    for (const head of ["City\tRain", "Article\tPrice"]) {
      const made = pasted(before, free, FIRST, `${head}\nx\t1`);

      expect(made.rows).toEqual([Object.fromEntries(head.split("\t").map((key, at) => [key, ["x", 1][at]]))]);
    }
  });

  it("adds rows further down without their names", () => {
    const made = pasted(before, free, { row: 2, column: 0 }, "Rain\tCity\n60\tBergen\n7\tOslo");

    expect(made.rows).toEqual([...before.slice(0, 2), { Rain: 60, City: "Bergen" }, { Rain: 7, City: "Oslo" }]);
  });

  it("grows by columns where cells stand beside it, and loses none", () => {
    const made = pasted(before, free, { row: 1, column: 1 }, "5\twet\t2026-01-05");

    expect(made.rows[1]).toEqual({ City: "Paris", Rain: 5, "Column 3": "wet", "Column 4": "2026-01-05" });
  });

  it.each([
    ["a line of numbers", "2024\t2025\n1\t2", ["Column 1", "Column 2"]],
    ["a line with a date", "Oslo\t05.01.2026\nBergen\t06.01.2026", ["Column 1", "Column 2"]],
    ["a single line", "Oslo\tRain", ["Column 1", "Column 2"]],
    ["names twice, and none", "Sum\tSum\t\na\tb\tc", ["Sum", "Sum 2", "Column 3"]],
  ])("names columns by their number where nothing names them: %s", (_, text, keys) => {
    const made = pasted([], empty, FIRST, text);

    expect(Object.keys(made.rows[0] ?? {})).toEqual(keys);
  });

  it("does with the first line as it is told", () => {
    expect(pasted([], empty, FIRST, "2024\t2025\n1\t2", "names").rows).toEqual([{ 2024: 1, 2025: 2 }]);
    expect(pasted([], empty, FIRST, "City\nOslo", "data").rows).toEqual([{ "Column 1": "City" }, { "Column 1": "Oslo" }]);
  });
});
