/** Bounds of a mailbox, in items: above `high` the sender is asked to pause, below half of it to go on; `limit` is never passed. */
export interface MailboxLimits {
  readonly high: number;
  readonly limit: number;
}

/** Items on their way from callbacks to one consumer that takes them one by one. */
export class Mailbox<Item> {
  /** Told `true` when the sender should pause, `false` when it may go on. */
  onPressure: ((pause: boolean) => void) | undefined;
  private readonly limits: MailboxLimits;
  private items: Item[] = [];
  private head = 0;
  private isPaused = false;
  private wake: (() => void) | undefined;

  constructor(limits: MailboxLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.items.length - this.head;
  }

  /** Whether the sender was asked to pause. */
  get paused(): boolean {
    return this.isPaused;
  }

  /** Puts an item in; false where there is no room left. */
  put(item: Item): boolean {
    if (this.size >= this.limits.limit) return false;
    this.items.push(item);
    if (!this.isPaused && this.size > this.limits.high) this.press(true);
    this.wake?.();
    return true;
  }

  /** Takes the oldest item; undefined when none has come within `waitMs`, or the signal fired. */
  async take(waitMs: number, signal: AbortSignal): Promise<Item | undefined> {
    if (this.size === 0 && waitMs > 0 && !signal.aborted) await this.arrival(waitMs, signal);
    if (this.size === 0 || signal.aborted) return undefined;
    const item = this.items[this.head++]!;
    if (this.head === this.items.length || this.head > 4096) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    if (this.isPaused && this.size <= this.limits.high / 2) this.press(false);
    return item;
  }

  private arrival(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        this.wake = undefined;
        resolve();
      };
      // Timers take at most 2³¹ − 1 ms; waking up too early does no harm.
      const timer = setTimeout(finish, Math.min(waitMs, 1 << 30));
      this.wake = finish;
      signal.addEventListener("abort", finish, { once: true });
    });
  }

  private press(pause: boolean): void {
    this.isPaused = pause;
    this.onPressure?.(pause);
  }
}
