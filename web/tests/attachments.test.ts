import { describe, expect, it } from "vitest";
import type { ReportOptions } from "../src/api/types";
import { attachmentOf, bytesIn, filesOf, refusalOf, withFiles, withoutFile, withSource } from "../src/compose/attachments";

const file = (name: string, text = "x"): { name: string; content: string } => ({ name, content: btoa(text) });

describe("files of one's own that are attached", () => {
  it("are read as the API takes them, whatever their size", async () => {
    const body = new Uint8Array(100_001).map((_, at) => at % 256);

    const read = await attachmentOf(new File([body], "a.csv"));

    expect(read.name).toBe("a.csv");
    expect(Uint8Array.from(atob(read.content ?? ""), (c) => c.charCodeAt(0))).toEqual(body);
    expect(bytesIn(read.content ?? "")).toBe(body.length);
  });

  it("stand beside what the report is made from, which can be left out without them", () => {
    const options: ReportOptions = { attach: withFiles({ attach: withSource({}, "data") }, [file("a.csv")]) };

    expect(options.attach).toEqual([{ source: "data" }, file("a.csv")]);
    expect(withSource(options, undefined)).toEqual([file("a.csv")]);
    expect(filesOf(options)).toEqual([file("a.csv")]);
  });

  it("replace those of the same name, and are removed by it", () => {
    const options: ReportOptions = { attach: withFiles({ attach: [file("a.csv"), file("b.csv")] }, [file("a.csv", "new")]) };

    expect(options.attach).toEqual([file("b.csv"), file("a.csv", "new")]);
    expect(withoutFile(options, "a.csv")).toEqual([file("b.csv")]);
    expect(withoutFile({ attach: [file("a.csv")] }, "a.csv")).toBeUndefined();
  });

  it("are refused when they are too many or too large", () => {
    expect(refusalOf([file("a.csv")])).toBeNull();
    expect(refusalOf(Array.from({ length: 21 }, (_, n) => file(`${n}.csv`)))).toContain("20");
    expect(refusalOf([file("a.csv", "x".repeat(2 * 2 ** 20 + 1))])).toContain("2 MB");
    expect(refusalOf([file("a.csv", "x".repeat(2 * 2 ** 20))])).toBeNull();
  });
});
