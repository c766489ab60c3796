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

describe("what was inferred", () => {
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
