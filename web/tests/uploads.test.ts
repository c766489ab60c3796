import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/client";
import type { Report } from "../src/api/types";
import { Uploads, type Upload } from "../src/upload/uploads";

/** Be a request that the test ends. */
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
  let sources: string[] = [];
  const api = {
    uploadForm: async (_: string, name: string) => ({ url: "http://bucket", fields: { policy: "p" }, key: `uploads/demo/table/${name}`, max_bytes: 100, expires_in: 900 }),
    reports: async ({ source }: { source: string }) => ({ reports: sources.includes(source) ? [{}] : [], cursor: null }),
  } as unknown as Api;

  beforeEach(() => {
    vi.stubGlobal("XMLHttpRequest", HeldRequest);
    HeldRequest.sent = [];
    shown = [];
    sources = [];
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
    sources = ["uploads/demo/table/b.csv"];

    await sender.forget([{ source: "uploads/demo/table/a.csv" } as Report], true);
    expect(shown.map((upload) => upload.name)).toEqual(["b.csv"]);
    await sender.forget([], false);

    expect(shown).toEqual([]);
  });
});
