import type { Api } from "../api/client";
import type { Report } from "../api/types";

const AT_ONCE = 3;
// Presigned addresses work for an hour.
const KEPT_MS = 50 * 60_000;

export interface Thumbnail {
  url: string;
  width: number;
  height: number;
}

/** Find the pictures of first pages: one request for each report, a few at a time, kept as long as they work. */
export class Thumbnails {
  private readonly kept = new Map<string, { thumbnail: Promise<Thumbnail | null>; until: number }>();
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly api: Api) {}

  of(report: Report): Promise<Thumbnail | null> {
    // A report that is made once more has other files.
    const name = `${report.id} ${report.updated_at}`;
    const kept = this.kept.get(name);
    if (kept && kept.until > Date.now()) return kept.thumbnail;
    const thumbnail = this.find(report.id).catch(() => {
      this.kept.delete(name);
      return null;
    });
    this.kept.set(name, { thumbnail, until: Date.now() + KEPT_MS });
    return thumbnail;
  }

  private async find(id: string): Promise<Thumbnail | null> {
    if (this.running >= AT_ONCE) await new Promise<void>((go) => this.waiting.push(go));
    this.running += 1;
    try {
      return thumbnailOf(await this.api.report(id));
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}

export function thumbnailOf(report: Report): Thumbnail | null {
  const found = report.artifacts?.find((artifact) => artifact.name === "thumbnail.png");
  return found?.width && found.height ? { url: found.url, width: found.width, height: found.height } : null;
}
