import { describe, expect, it } from "vitest";
import { howOf, typeOf } from "../src/run/reading";
import { countOf, optionsOf } from "../src/upload/file-options";

describe("options of a file", () => {
  it("say nothing while they are empty", () => {
    expect(optionsOf({})).toEqual({});
    expect(optionsOf({ title: " ", delimiter: "", sums: "" })).toEqual({});
    expect(countOf({ title: " ", delimiter: "tab" })).toBe(1);
  });

  it("are sent as the API takes them", () => {
    expect(optionsOf({ title: " Orders ", locale: "de-DE", delimiter: "tab", decimal: ",", sheet: "2026", paper: "Letter" })).toEqual({
      title: "Orders",
      locale: "de-DE",
      reading: { delimiter: "tab", decimal: ",", sheet: "2026", paper: "Letter" },
    });
  });

  it.each([
    ["none", 0],
    ["3", 3],
    ["first", "first"],
    ["-1", "-1"],
  ])("take %s for the row with the headings", (text, row) => {
    expect(optionsOf({ header_row: text }).reading?.header_row).toBe(row);
  });

  it.each([
    ["All", true],
    ["none", false],
    ["Net, Gross ,", ["Net", "Gross"]],
  ])("take %s for what is summed", (text, sums) => {
    expect(optionsOf({ sums: text }).reading?.sums).toEqual(sums);
  });
});

describe("columns and their order", () => {
  it("are one a line, with another heading behind an equals sign", () => {
    expect(optionsOf({ columns: "Net, EUR\n  a=b \n\nQty = Menge = Stück" }).reading?.columns).toEqual([
      { key: "Net, EUR" },
      { key: "a=b" },
      { key: "Qty", label: "Menge = Stück" },
    ]);
  });

  it("are sorted by names, with a dash for descending", () => {
    expect(optionsOf({ sort: "-Amount, Name," }).reading?.sort).toEqual([{ key: "Amount", descending: true }, { key: "Name" }]);
  });

  it("are sent with the quote", () => {
    expect(optionsOf({ quote: "none", group_by: " Region " }).reading).toEqual({ quote: "none", group_by: "Region" });
  });
});

describe("what was inferred", () => {
  it("is told of a file that failed, as far as it was read", () => {
    expect(howOf({ format: "csv", encoding: "utf-8", delimiter: ";", header_row: 3 })).toBe("CSV · utf-8 · delimiter semicolon · headings in row 3");
  });


  it("is told in a line", () => {
    expect(howOf({ format: "csv", encoding: "cp1252", delimiter: "\t" })).toBe("CSV · cp1252 · delimiter tab");
    expect(howOf({ format: "xlsx", is_short: true })).toBe("Excel · only a part is shown here");
    expect(howOf({})).toBe("From the request");
  });

  it("tells of a column what it holds, and whether it was summed", () => {
    expect(typeOf({ key: "a", type: "number", suffix: " €", summed: true })).toBe("number … €, summed");
    expect(typeOf({ key: "a", type: "date", summed: false })).toBe("date");
  });
});
