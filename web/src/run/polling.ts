const FASTEST_MS = 800;
const SLOWEST_MS = 15_000;
const SLOWING = 1.5;

/** Say how long to wait before the next look: short while things move, ever longer while nothing does. */
export function nextWait(wait: number, isMoving: boolean): number {
  return isMoving ? FASTEST_MS : Math.min(SLOWEST_MS, Math.round(wait * SLOWING));
}

/**
 * Call `look` again and again while the page is visible. It says whether anything moves; faults slow it down as rest does.
 */
export class Poller {
  private wait = FASTEST_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isLooking = false;
  private isStopped = false;

  constructor(private readonly look: () => Promise<boolean>) {}

  start(): void {
    document.addEventListener("visibilitychange", this.onVisibility);
    void this.tick();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  /** Look at once, and often from now on. */
  hurry(): void {
    this.wait = FASTEST_MS;
    clearTimeout(this.timer);
    void this.tick();
  }

  private readonly onVisibility = (): void => {
    if (document.visibilityState === "visible") this.hurry();
    else clearTimeout(this.timer);
  };

  private async tick(): Promise<void> {
    if (this.isLooking || this.isStopped || document.visibilityState !== "visible") return;
    this.isLooking = true;
    let isMoving = false;
    try {
      isMoving = await this.look();
    } catch {
      // The page has said so; the next look comes later.
    } finally {
      this.isLooking = false;
    }
    this.wait = nextWait(this.wait, isMoving);
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.tick(), this.wait);
  }
}
