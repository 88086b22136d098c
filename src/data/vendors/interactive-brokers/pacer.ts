import { type LoadContext, waitIn } from "../../source.ts";

/** No more than so many requests in so long. */
interface Limit {
  readonly requests: number;
  readonly withinMs: number;
}

const marginMs = 500; // A request may be quicker on its way than the one before: the broker counts arrivals.
const limits: readonly Limit[] = [
  { requests: 60, withinMs: 600_000 },
  { requests: 5, withinMs: 2000 }, // Six of one contract are a violation.
];
const repeatMs = 15_000;

/**
 * Keeps requests for history within the broker's rules: at most sixty in ten minutes, fewer than six of one contract in two seconds,
 * and none that equals another of the last fifteen seconds.
 */
export class Pacer {
  private readonly context: LoadContext;
  private readonly sent: { readonly key: string; readonly time: number }[] = [];

  constructor(context: LoadContext) {
    this.context = context;
  }

  /** Waits until a request may be sent, and counts it. Equal keys are equal requests. */
  async take(key: string): Promise<void> {
    const { clock, signal } = this.context;
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.waitMs(key);
      if (waitMs <= 0) break;
      await waitIn(this.context, waitMs);
    }
    this.sent.push({ key, time: clock.elapsed() });
  }

  private waitMs(key: string): number {
    const now = this.context.clock.elapsed();
    const longestMs = Math.max(...limits.map(({ withinMs }) => withinMs)) + marginMs;
    while (this.sent.length > 0 && this.sent[0]!.time <= now - longestMs) this.sent.shift();
    const untilFree = limits.map(({ requests, withinMs }) => (this.sent.at(-requests)?.time ?? -Infinity) + withinMs);
    const untilNew = (this.sent.findLast((earlier) => earlier.key === key)?.time ?? -Infinity) + repeatMs;
    return Math.max(untilNew, ...untilFree) + marginMs - now;
  }
}
