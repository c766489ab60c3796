import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Problem } from "../src/api/client";
import type { Template } from "../src/api/types";
import { faultsOf, faultsOfProblem } from "../src/compose/faults";
import { parsed } from "../src/compose/json-editor";
import { einvoices, forForm, isGrid, uiOf, withoutEmpty } from "../src/compose/schema";
import { errorSchemaOf, pathOf, pointerTo } from "../src/compose/validator";

const FOLDER = new URL("../../templates/", import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => !name.startsWith("_"));

function template(name: string): Template {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`${name}/${file}`, FOLDER), "utf8"));
  return { name, title: name, description: "", made_from: "object", schema: read("schema.json"), sample: read("sample.json") };
}

describe.each(NAMES)("the form of %s", (name) => {
  it("finds nothing wrong with the sample", () => {
    expect(faultsOf(template(name), template(name).sample)).toEqual(new Map());
  });

  it("has no reference left, and a title for everything", () => {
    const schema = forForm(template(name));

    expect(JSON.stringify(schema.properties)).not.toContain("$ref");
    expect(Object.values(schema.properties ?? {}).every((property) => property.title)).toBe(true);
  });
});

describe("a form", () => {
  it("offers electronic invoices for the templates that make some", () => {
    expect(NAMES.filter((name) => einvoices(template(name).schema))).toEqual(["invoice"]);
  });

  it("asks for no choice where one of several properties is enough", () => {
    expect(forForm(template("invoice")).properties!.buyer).not.toHaveProperty("anyOf");
    const either = { anyOf: [{ type: "string" }, { type: "number" }] };
    expect(forForm({ ...template("invoice"), schema: { type: "object", properties: { either } } }).properties!.either).toMatchObject(either);
  });

  it("orders the parts of an object that a reference names", () => {
    const endpoint = { type: "object", properties: { scheme: { type: "string" }, id: { type: "string" } }, required: ["id"] };

    const ui = uiOf({ type: "object", properties: { to: { $ref: "#/$defs/endpoint" } }, $defs: { endpoint } });

    expect(ui.to).toEqual({ "ui:order": ["id", "scheme"] });
  });

  it("names the place of each fault", () => {
    const sample = template("invoice").sample as { lines: object[] };

    const faults = faultsOf(template("invoice"), { ...sample, currency: "euro", lines: [{ name: "Bread", quantity: 1 }] });

    expect([...faults.keys()].sort()).toEqual(["/currency", "/lines/0/price"]);
  });

  it("shows lists of flat objects as grids, and others as lists", () => {
    const schema = template("invoice").schema;

    expect(isGrid(schema.properties?.lines ?? {}, schema)).toBe(true);
    expect(isGrid(schema.properties?.notes ?? {}, schema)).toBe(false);
    expect(isGrid({ type: "array", items: { required: ["parts"], properties: { parts: { type: "array" } } } }, schema)).toBe(false);
    expect(uiOf(schema).lines).toEqual({ "ui:field": "grid" });
  });

  it("lets a picture be chosen where the schema wants one", () => {
    expect(uiOf(template("photos").schema).image).toEqual({ "ui:widget": "picture" });
  });

  it("leaves out empty fields, but neither zero nor false", () => {
    const data = { title: "", seller: { phone: "" }, lines: [{ price: 0, note: "" }], total: false };

    expect(withoutEmpty(data)).toEqual({ lines: [{ price: 0 }], total: false });
  });

  it("finds places whose names have signs of their own", () => {
    const rows = { type: "array", items: { additionalProperties: { type: "number" } } };
    const free = { ...template("table"), schema: { type: "object", properties: { rows } } };

    const faults = faultsOf(free, { rows: [{ "Growth %": "much", "No. 1": "one", "a/b": "c", "#~é": "x" }] });

    expect([...faults.keys()].map(pathOf)).toEqual([["rows", "0", "Growth %"], ["rows", "0", "No. 1"], ["rows", "0", "a/b"], ["rows", "0", "#~é"]]);
    expect([...faults.keys()].map((pointer) => pointerTo(pathOf(pointer)))).toEqual([...faults.keys()]);
    expect(errorSchemaOf(faults)).toMatchObject({ rows: { 0: { "No. 1": { __errors: ["This has the wrong type."] } } } });
  });

  it("takes the places of the API's refusal as they are", () => {
    const problem = new Problem(422, "invalid_data", "", [{ pointer: "/lines/0/Growth %", message: "is wrong" }]);

    expect(faultsOfProblem(problem)).toEqual(new Map([["/lines/0/Growth %", "is wrong"]]));
  });
});

describe("the JSON tab", () => {
  it("says in which line a fault is", () => {
    expect(parsed('{\n  "a": 1,\n  b\n}')).toEqual({ fault: expect.stringContaining("in line 3, column 3") });
  });

  it("wants an object", () => {
    expect(parsed("[1]")).toEqual({ fault: "The data must be an object, in braces." });
    expect(parsed('{"a": 1}')).toEqual({ value: { a: 1 } });
  });
});
