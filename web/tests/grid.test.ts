import { describe, expect, it } from "vitest";
import { columnsOf, isUsed, pasted, read, withCell, type Column } from "../src/compose/grid";

const NAME: Column = { key: "name", title: "Name", type: "string", isRequired: true };
const PRICE: Column = { key: "price", title: "Price", type: "number", isRequired: false };

describe("a grid", () => {
  it("has the columns of its schema, in the schema's order", () => {
    const items = { properties: { name: { type: "string" }, vat_id: { type: "string" } }, required: ["name"] };

    const columns = columnsOf(items, []);

    expect(columns.map((column) => [column.title, column.isRequired])).toEqual([["Name", true], ["VAT ID", false]]);
  });

  it("without a schema has the columns of its rows, numbers where all are", () => {
    const columns = columnsOf({}, [{ City: "Oslo", Rain: 12.5 }, { Rain: 60, Note: "wet" }]);

    expect(columns.map((column) => [column.key, column.type])).toEqual([["City", "string"], ["Rain", "number"], ["Note", "string"]]);
  });

  it("shows a column that nobody needs only when a row fills it", () => {
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
    const rows = pasted([{ name: "Bread" }], [NAME, PRICE], { row: 0, column: 0 }, "Rolls\t2.5\textra\r\nCake\t7\r\n", false);

    expect(rows).toEqual([{ name: "Rolls", price: 2.5 }, { name: "Cake", price: 7 }]);
  });
});
