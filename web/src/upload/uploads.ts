import { Problem, type Api } from "../api/client";
import type { Report, UploadForm } from "../api/types";
import { bytes } from "../ui/format";
import { optionsOf, type Typed } from "./file-options";
import { isSidecar } from "./kinds";

export interface Upload {
  id: number;
  name: string;
  size: number;
  template: string | null;
  state: "waiting" | "sending" | "sent" | "failed";
  /** Bytes that are on their way or there, of `size`. */
  sent: number;
  /** When all of it was there. */
  sentAt?: number;
  key?: string;
  /** The report that a file of the same key became before; this one's is another. */
  earlier?: string;
  fault?: string;
  /** It would fail again. */
  isHopeless?: boolean;
}

/** A file that was sent, and the options that it was sent with. */
export interface Sent {
  file: File;
  typed: Typed;
}

const AT_ONCE = 3;

// Files that can be made again without being chosen again; a browser keeps no copy of them.
const MOST_SENT = 50;

// A file's report shows within seconds; one that has not come by then is not worth looking for without a pause.
const SHOWS_WITHIN_MS = 2 * 60_000;

/** Tell whether something is to be expected of an upload soon. */
export function isMoving({ state, sentAt }: Upload, now: number): boolean {
  return state === "sent" ? now - (sentAt ?? now) < SHOWS_WITHIN_MS : state !== "failed";
}

type Listener = (uploads: Upload[]) => void;

/** Send files to the bucket by presigned forms, a few at a time, and tell how far each is. */
export class Uploads {
  private entries: Upload[] = [];
  private readonly files = new Map<number, Sent>();
  private readonly sent = new Map<string, Sent>();
  private readonly requests = new Map<number, XMLHttpRequest>();
  private next = 1;
  private isForgetting = false;

  constructor(
    private readonly api: Api,
    private readonly tell: Listener,
    private readonly onSent: () => void,
  ) {}

  add(files: Iterable<File>, templateOf: (name: string) => string | null, typed: Typed = {}): void {
    for (const file of files) {
      const entry: Upload = { id: this.next++, name: file.name, size: file.size, template: templateOf(file.name), state: "waiting", sent: 0 };
      const fault = faultOf(file, entry.template);
      this.entries = [...this.entries, fault === null ? entry : { ...entry, state: "failed", fault, isHopeless: true }];
      if (fault === null) this.files.set(entry.id, { file, typed });
    }
    this.tell(this.entries);
    this.work();
  }

  /** Return what became the report of a key, if it was sent while the page was open. */
  sentAs(key: string): Sent | undefined {
    return this.sent.get(key);
  }

  /** Take an upload off the list; one that is being sent is broken off. */
  dismiss(id: number): void {
    this.files.delete(id);
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.requests.get(id)?.abort();
    this.tell(this.entries);
    this.work();
  }

  /** Break off all that is being sent, and send nothing more. */
  stop(): void {
    this.files.clear();
    this.entries = [];
    for (const request of this.requests.values()) request.abort();
  }

  again(id: number): void {
    this.change(id, { state: "waiting", sent: 0 });
    this.work();
  }

  /** Take those off the list whose reports are there: among these, or, unless these are all, when they are asked for. */
  async forget(reports: Report[], areAll: boolean): Promise<void> {
    if (this.isForgetting) return;
    this.isForgetting = true;
    for (const { id, state, key, earlier } of this.entries) {
      if (state !== "sent" || key === undefined) continue;
      const isListed = reports.some((report) => report.source === key && report.id !== earlier);
      // A look that fails is made again with the next page of the list.
      if (isListed || (!areAll && (await this.newestOf(key).catch(() => earlier)) !== earlier)) this.dismiss(id);
    }
    this.isForgetting = false;
  }

  private async newestOf(key: string): Promise<string | undefined> {
    return (await this.api.reports({ source: key, limit: 1 })).reports[0]?.id;
  }

  private work(): void {
    const running = this.entries.filter((entry) => entry.state === "sending").length;
    const waiting = this.entries.filter((entry) => entry.state === "waiting");
    // Options have to be there before the file that they are of.
    const sidecars = waiting.filter((entry) => isSidecar(entry.name));
    const isHeld = sidecars.length > 0 || this.entries.some((entry) => entry.state === "sending" && isSidecar(entry.name));
    for (const entry of (isHeld ? sidecars : waiting).slice(0, Math.max(0, AT_ONCE - running))) void this.send(entry);
  }

  private async send(entry: Upload): Promise<void> {
    const chosen = this.files.get(entry.id);
    if (!chosen || entry.template === null) return;
    const { file, typed } = chosen;
    this.change(entry.id, { state: "sending" });
    try {
      const form = await this.api.uploadForm(entry.template, entry.name, optionsOf(typed));
      if (file.size > form.max_bytes) throw new Problem(413, "too_large", `The file has ${bytes(file.size)}. At most ${bytes(form.max_bytes)} can be uploaded: split it.`);
      // A file that was mended and has kept its name has the key of the one before.
      const earlier = await this.newestOf(form.key);
      // You may have taken it off the list meanwhile.
      if (!this.files.has(entry.id)) return;
      await this.post(entry.id, form, file);
      this.files.delete(entry.id);
      // It holds the options of another file, and no report is made of it.
      if (isSidecar(entry.name)) return this.dismiss(entry.id);
      this.keep(form.key, chosen);
      this.change(entry.id, { state: "sent", sent: file.size, sentAt: Date.now(), key: form.key, ...(earlier ? { earlier } : {}) });
      this.onSent();
    } catch (error) {
      this.change(entry.id, { state: "failed", fault: (error as Error).message, isHopeless: error instanceof Problem && error.isFinal });
    } finally {
      this.requests.delete(entry.id);
      this.work();
    }
  }

  private keep(key: string, sent: Sent): void {
    this.sent.delete(key);
    this.sent.set(key, sent);
    for (const oldest of this.sent.keys()) {
      if (this.sent.size <= MOST_SENT) break;
      this.sent.delete(oldest);
    }
  }

  /** Post a form; fetch cannot tell how much has been sent. */
  private post(id: number, form: UploadForm, file: File): Promise<void> {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      this.requests.set(id, request);
      const body = new FormData();
      for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
      // S3 reads no field that comes after the file.
      body.append("file", file);
      request.upload.onprogress = (event) => this.change(id, { sent: Math.min(event.loaded, file.size) });
      request.onload = () => {
        if (request.status < 300) done();
        else fail(new Error(`The bucket has refused the file (${request.status}). Try again.`));
      };
      request.onerror = () => fail(new Error("The connection to the bucket broke. Try again."));
      request.onabort = () => fail(new Error("Broken off."));
      request.open("POST", form.url);
      request.send(body);
    });
  }

  private change(id: number, change: Partial<Upload>): void {
    if (!this.entries.some((entry) => entry.id === id)) return;
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
    this.tell(this.entries);
  }
}

function faultOf(file: File, template: string | null): string | null {
  if (template === null) return "This format cannot be read. Save it as CSV, Excel (.xlsx), JSON, JSON Lines, JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP.";
  if (file.size === 0) return "The file is empty.";
  return null;
}
