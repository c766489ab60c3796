import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/client";
import type { Report } from "../src/api/types";
import { isMoving, Uploads, type Upload } from "../src/upload/uploads";

/** A request that the test ends. */
class HeldRequest {
  static sent: HeldRequest[] = [];
  form?: FormData;
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  status = 0;
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  open(): void {}
  send(form: FormData): void {
    this.form = form;
    HeldRequest.sent.push(this);
  }
  abort(): void {
    this.onabort?.();
  }
  end(status: number): void {
    this.status = status;
    this.onload?.();
  }
}

const CSV = (name: string) => new File(["a,b\n1,2\n"], name);

describe("uploads", () => {
  let shown: Upload[] = [];
  let listed: Record<string, string> = {};
  const api = {
    uploadForm: async (_: string, name: string) => ({ url: "http://bucket", fields: { policy: "p" }, key: `uploads/demo/table/${name}`, max_bytes: 100, expires_in: 900 }),
    reports: async ({ source }: { source: string }) => ({ reports: listed[source] ? [{ id: listed[source] }] : [], cursor: null }),
  } as unknown as Api;

  beforeEach(() => {
    vi.stubGlobal("XMLHttpRequest", HeldRequest);
    HeldRequest.sent = [];
    shown = [];
    listed = {};
  });
  afterEach(() => vi.unstubAllGlobals());

  const uploads = () => new Uploads(api, (now) => (shown = now), () => {});
  const states = () => shown.map((upload) => upload.state);

  it("are sent three at a time", async () => {
    uploads().add(["a", "b", "c", "d"].map((name) => CSV(`${name}.csv`)), () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(3));
    expect(states()).toEqual(["sending", "sending", "sending", "waiting"]);

    HeldRequest.sent[0]?.end(204);

    await vi.waitFor(() => expect(states()).toEqual(["sent", "sending", "sending", "sending"]));
  });

  it("are sent with their options, and can be made again with others while the page is open", async () => {
    const forms: unknown[] = [];
    const noted = { ...api, uploadForm: async (template: string, name: string, options: object) => (forms.push(options), api.uploadForm(template, name, options)) } as unknown as Api;
    const sender = new Uploads(noted, (now) => (shown = now), () => {});
    sender.add([CSV("a.csv")], () => "table", { delimiter: "tab" });
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));
    expect(sender.sentAs("uploads/demo/table/a.csv")).toBeUndefined();

    HeldRequest.sent[0]?.end(204);

    await vi.waitFor(() => expect(states()).toEqual(["sent"]));
    expect(forms).toEqual([{ reading: { delimiter: "tab" } }]);
    const kept = sender.sentAs("uploads/demo/table/a.csv");
    expect([kept?.file.name, kept?.typed]).toEqual(["a.csv", { delimiter: "tab" }]);
  });

  it("leave the list at once if they hold the options of another file", async () => {
    uploads().add([CSV("a.csv.pressrun.json")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));

    HeldRequest.sent[0]?.end(204);

    await vi.waitFor(() => expect(shown).toEqual([]));
  });

  it("wait for the options that were chosen with them", async () => {
    uploads().add([CSV("a.csv"), CSV("a.csv.pressrun.json")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));
    expect(states()).toEqual(["waiting", "sending"]);

    HeldRequest.sent[0]?.end(204);

    await vi.waitFor(() => expect(states()).toEqual(["sending"]));
    expect(shown[0]?.name).toBe("a.csv");
  });

  it("are looked for often while their reports may show at any moment, and not for ever", async () => {
    uploads().add([CSV("a.csv"), new File([], "empty.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));
    const soon = () => shown.map((upload) => isMoving(upload, Date.now()));
    expect(soon()).toEqual([true, false]);

    HeldRequest.sent[0]?.end(204);

    await vi.waitFor(() => expect(states()).toEqual(["sent", "failed"]));
    expect(soon()).toEqual([true, false]);
    expect(shown.map((upload) => isMoving(upload, Date.now() + 121_000))).toEqual([false, false]);
  });

  it("put the file behind the form's fields, and tell how far they are", async () => {
    uploads().add([CSV("a.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));

    HeldRequest.sent[0]?.upload.onprogress?.({ loaded: 4 });

    expect([...(HeldRequest.sent[0]?.form?.keys() ?? [])]).toEqual(["policy", "file"]);
    expect(shown[0]?.sent).toBe(4);
  });

  it("that the bucket refuses say so, and can be sent again", async () => {
    const sender = uploads();
    sender.add([CSV("a.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));

    HeldRequest.sent[0]?.end(403);
    await vi.waitFor(() => expect(shown[0]?.fault).toContain("refused the file (403)"));
    sender.again(shown[0]?.id ?? 0);

    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(2));
  });

  it("that are too large, empty or unreadable are not sent", async () => {
    uploads().add([new File(["x".repeat(101)], "large.csv"), new File([], "empty.csv"), CSV("notes.docx")], (name) => (name.endsWith("csv") ? "table" : null));

    await vi.waitFor(() => expect(states()).toEqual(["failed", "failed", "failed"]));
    expect(shown.map((upload) => upload.fault?.split(".")[0])).toEqual(["The file has 101 B", "The file is empty", "This format cannot be read"]);
    expect(HeldRequest.sent).toHaveLength(0);
  });

  it("are forgotten when their reports are in the list, or are there at all when the list shows only some", async () => {
    const sender = uploads();
    sender.add([CSV("a.csv"), CSV("b.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(2));
    for (const request of HeldRequest.sent) request.end(204);
    await vi.waitFor(() => expect(states()).toEqual(["sent", "sent"]));
    listed = { "uploads/demo/table/b.csv": "2" };

    await sender.forget([{ id: "1", source: "uploads/demo/table/a.csv" } as Report], true);
    expect(shown.map((upload) => upload.name)).toEqual(["b.csv"]);
    await sender.forget([], false);

    expect(shown).toEqual([]);
  });

  it("wait for a report of their own when an earlier file had the same name", async () => {
    listed = { "uploads/demo/table/a.csv": "earlier" };
    const sender = uploads();
    sender.add([CSV("a.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));
    HeldRequest.sent[0]?.end(204);
    await vi.waitFor(() => expect(states()).toEqual(["sent"]));

    await sender.forget([{ id: "earlier", source: "uploads/demo/table/a.csv" } as Report], true);
    await sender.forget([], false);
    expect(states()).toEqual(["sent"]);
    listed = { "uploads/demo/table/a.csv": "later" };
    await sender.forget([], false);

    expect(shown).toEqual([]);
  });

  it("that are taken off the list before they are sent are not sent", async () => {
    const sender = uploads();
    sender.add([CSV("a.csv"), CSV("b.csv")], () => "table");

    sender.dismiss(1);

    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));
    expect(shown.map((upload) => upload.name)).toEqual(["b.csv"]);
  });

  it("end when their user signs out", async () => {
    const sender = uploads();
    sender.add(["a", "b", "c", "d"].map((name) => CSV(`${name}.csv`)), () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(3));
    const aborted = HeldRequest.sent.map((request) => vi.spyOn(request, "abort"));

    sender.stop();
    sender.add([], () => "table");

    for (const abort of aborted) expect(abort).toHaveBeenCalledOnce();
    expect(shown).toEqual([]);
    expect(HeldRequest.sent).toHaveLength(3);
  });

  it("that would be refused again cannot be sent again", async () => {
    uploads().add([CSV("a.csv"), new File(["x".repeat(101)], "large.csv")], () => "table");
    await vi.waitFor(() => expect(HeldRequest.sent).toHaveLength(1));

    HeldRequest.sent[0]?.onerror?.();

    await vi.waitFor(() => expect(shown.map((upload) => upload.isHopeless)).toEqual([false, true]));
  });
});
