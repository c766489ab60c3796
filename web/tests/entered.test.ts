import { describe, expect, it } from "vitest";
import { isEmpty, nothing, optionsOf, withPasted, type Entered } from "../src/compose/entered";

const SAMPLE: Entered = { ...nothing(), data: { seller: { iban: "DE89" }, lines: [{ name: "Coffee" }] }, isSample: true };
const OWN: Entered = { ...SAMPLE, isSample: false };

describe("what is entered", () => {
  it("is nothing at first, and no sample", () => {
    expect(isEmpty(nothing().data)).toBe(true);
    expect(nothing().isSample).toBe(false);
  });

  it("is sent as a sample as long as it is one", () => {
    expect(optionsOf({ ...SAMPLE, options: { title: "T" } })).toEqual({ title: "T", sample: true });
    expect(optionsOf(OWN)).toEqual({});
  });

  it("keeps nothing of the sample beside pasted rows", () => {
    expect(withPasted(SAMPLE, ["lines"], [{ name: "Bread" }])).toEqual({ data: { lines: [{ name: "Bread" }] }, isSample: false });
  });

  it("keeps its own data beside pasted rows", () => {
    const { data } = withPasted({ ...OWN, data: { parts: [{ days: [1] }, { days: [2] }], title: "T" } }, ["parts", 1, "days"], [3]);

    expect(data).toEqual({ parts: [{ days: [1] }, { days: [3] }], title: "T" });
    expect(withPasted(nothing(), ["a", "b"], [1]).data).toEqual({ a: { b: [1] } });
  });

  it("is empty when nothing has been filled", () => {
    expect(isEmpty({ seller: { name: "" }, title: "" })).toBe(true);
    expect(isEmpty({ lines: [{}] })).toBe(false);
  });
});
