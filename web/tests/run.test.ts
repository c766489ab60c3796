import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api, Problem } from "../src/api/client";
import type { Report, TemplateSummary } from "../src/api/types";
import { faultOfKey, keyIn } from "../src/auth/session";
import { routeOf } from "../src/route";
import { adviceFor } from "../src/run/advice";
import { nextWait, Poller } from "../src/run/polling";
import { nameOf } from "../src/run/words";
import { ago, bytes, counted, label, seconds } from "../src/ui/format";
import { templateFor } from "../src/upload/kinds";

const REPORT: Report = { id: "01a1fb76-bdcc", status: "SUCCEEDED", template: "table", source: "POST /reports", door: "api", created_at: "", updated_at: "", attempts: 1 };
const TEMPLATES: TemplateSummary[] = (
  [["invoice", "object"], ["photos", "image"], ["table", "rows"], ["weather", "object"]] as const
).map(([name, made_from]) => ({ name, title: name, description: "", made_from }));

describe("polling", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("slows down while nothing moves, up to a limit, and hurries when something does", () => {
    expect(nextWait(1000, false)).toBe(1500);
    expect(nextWait(14_000, false)).toBe(15_000);
    expect(nextWait(15_000, true)).toBe(800);
  });

  it("goes on after a fault, later", async () => {
    const look = vi.fn().mockRejectedValueOnce(new Error("down")).mockResolvedValue(true);
    const poller = new Poller(look);

    poller.start();
    await vi.advanceTimersByTimeAsync(1199);
    expect(look).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2);

    expect(look).toHaveBeenCalledTimes(2);
    poller.stop();
  });

  it("rests while the page is hidden, and looks at once when it is shown", async () => {
    const look = vi.fn().mockResolvedValue(true);
    const poller = new Poller(look);
    poller.start();
    await vi.advanceTimersByTimeAsync(1);

    Object.assign(document, { visibilityState: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(look).toHaveBeenCalledTimes(1);
    Object.assign(document, { visibilityState: "visible" });
    document.dispatchEvent(new Event("visibilitychange"));

    expect(look).toHaveBeenCalledTimes(2);
    poller.stop();
  });
});

describe("the API's client", () => {
  afterEach(() => vi.unstubAllGlobals());

  function answering(status: number, body: unknown) {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify(body), { status }));
    vi.stubGlobal("fetch", fetched);
    return fetched;
  }

  it("sends the token and leaves out what is not asked for", async () => {
    const fetched = answering(200, { reports: [], cursor: null });

    await new Api("http://api", async () => "pr_x").reports({ status: "", template: "table", limit: 20 });

    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe("http://api/reports?template=table&limit=20");
    expect(init?.headers).toEqual({ Authorization: "Bearer pr_x" });
  });

  it("turns a problem document into words, and says when a key is refused", async () => {
    answering(401, { status: 401, code: "unauthenticated", detail: "Who are you?" });
    const onRefused = vi.fn();

    const refused = new Api("http://api", async () => "pr_x", onRefused).templates();

    await expect(refused).rejects.toMatchObject({ status: 401, code: "unauthenticated", message: "Who are you?" });
    expect(onRefused).toHaveBeenCalledOnce();
  });

  it("has words for an answer that is no problem document, and for none at all", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(new Api("http://api", async () => null).templates()).rejects.toThrow("The API answers 502 Bad Gateway.");

    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    await expect(new Api("http://api", async () => null).templates()).rejects.toBeInstanceOf(Problem);
  });
});

describe("a dropped file", () => {
  it.each([
    ["orders.CSV", "invoice", "table"],
    ["harbour.jpeg", "table", "photos"],
    ["IMG_0001.HEIC", "table", "photos"],
    ["reading.json", "weather", "weather"],
    ["rows.jsonl", "weather", "table"],
    ["orders.csv.pressrun.json", "weather", "table"],
    ["notes.docx", "table", null],
    ["README", "table", null],
  ])("%s goes, with %s chosen, to %s", (file, chosen, expected) => {
    expect(templateFor(file, TEMPLATES, chosen)).toBe(expected);
  });
});

describe("words", () => {
  it("writes numbers as people do", () => {
    expect([bytes(999), bytes(1500), bytes(52_000), bytes(200_000_000)]).toEqual(["999 B", "1.5 kB", "52 kB", "200 MB"]);
    expect([seconds(9_500), seconds(42_000), seconds(119_700), seconds(125_000)]).toEqual(["9.5 s", "42 s", "2 min 0 s", "2 min 5 s"]);
    expect([counted(1, "page"), counted(2501, "page")]).toEqual(["1 page", "2,501 pages"]);
    expect([label("vat_id"), label("group_by"), label("feelsLike")]).toEqual(["VAT ID", "Group by", "Feels Like"]);
  });

  it("says how long ago something was", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");

    expect([2, 42, 600].map((passed) => ago(new Date(now - passed * 1000).toISOString(), now))).toEqual(["just now", "42 s ago", "10 min ago"]);
  });

  it("calls a report by its title, its file, or its template", () => {
    expect(nameOf({ ...REPORT, title: "Rain" })).toBe("Rain");
    expect(nameOf({ ...REPORT, door: "upload", source: "uploads/demo/table/orders.csv", filename: "orders.pdf" })).toBe("orders.csv");
    expect(nameOf(REPORT)).toBe("table 01a1fb76");
  });

  it("knows what to do about each code that a report can fail with", () => {
    const declared = readFileSync(new URL("../../reports/errors.py", import.meta.url), "utf8");
    const codes = [...declared.matchAll(/\((?:Permanent|Transient)Error\):.*?code = "(\w+)"/gs)].map(([, code]) => code ?? "");
    const advice = (code: string) => adviceFor({ code, message: "", detail: {}, retryable: false });

    expect(codes).toContain("quota_exceeded");
    // Its message is put back, and the report does not fail.
    expect(codes.filter((code) => advice(code) === advice("brand_new"))).toEqual(["job_busy"]);
  });

  it("knows what to do about a code it has never seen", () => {
    expect(adviceFor({ code: "brand_new", message: "", detail: {}, retryable: true })).toBe("Retry it.");
  });
});

describe("addresses and keys", () => {
  it("shows a report that the address names, and nothing else", () => {
    expect(routeOf("#/reports/01a1fb76-bdcc").report).toBe("01a1fb76-bdcc");
    expect(routeOf("#/reports/../../x").report).toBeNull();
    expect(routeOf("").report).toBeNull();
  });

  it("refuses what cannot be a key before it is sent", () => {
    expect(faultOfKey("pr_test_abc")).toBeNull();
    expect(faultOfKey("")).toBe("Enter an API key.");
    expect(faultOfKey("AKIA123")).toContain("begins with pr_");
    expect(faultOfKey("pr_a b")).toContain("no spaces");
  });
});

describe("a pasted key", () => {
  it.each([
    "pr_test_abc_def",
    "  pr_test_abc_def\n",
    "export PRESSRUN_API_KEY=pr_test_abc_def",
    "PRESSRUN_API_KEY='pr_test_abc_def'",
    'export PRESSRUN_URL=http://127.0.0.1:4566/x\nexport PRESSRUN_API_KEY="pr_test_abc_def"; x',
    "http://127.0.0.1:4566/page/index.html#key=pr_test_abc_def",
  ])("is found in %j", (text) => {
    expect(keyIn(text)).toBe("pr_test_abc_def");
  });

  it("is what it is when it is no key", () => {
    expect(keyIn(" AKIA123 ")).toBe("AKIA123");
  });
});
