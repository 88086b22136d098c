import { z } from "zod";
import { parse } from "../../base/index.ts";

/**
 * How a resting order's place in its level's queue is guessed from level sizes alone: `risk-averse` lets only trades move it
 * forward; the others lay a cancellation before or behind it with a probability made of the lots before and behind.
 */
export const QueueModelName = z.enum(["risk-averse", "power-1", "power-2", "power-3", "log-1", "log-2"]);

/** Name of a queue model and, for the power forms, the exponent n of f(x) = xⁿ. The log forms have f(x) = ln(1 + x). */
export const QueueModel = z.strictObject({ name: QueueModelName.default("risk-averse"), exponent: z.number().positive().default(2) });

/** The name and exponent of a queue model. */
export type QueueModel = z.infer<typeof QueueModel>;

/** The share of a cancellation that is laid behind an order with so many lots before it and behind it. */
export type BehindShare = (front: number, back: number) => number;

const share = (model: QueueModel): BehindShare => {
  const { exponent } = model;
  const power = (x: number) => x ** exponent;
  const log = (x: number) => Math.log(1 + x);
  switch (model.name) {
    case "risk-averse":
      return () => 1;
    case "power-1":
      return (front, back) => power(back) / (power(back) + power(front));
    case "power-2":
      return (front, back) => power(back) / power(back + front);
    case "power-3":
      return (front, back) => 1 - power(front / (front + back));
    case "log-1":
      return (front, back) => log(back) / (log(back) + log(front));
    case "log-2":
      return (front, back) => log(back) / log(back + front);
  }
};

/** The share that a model lays behind; where its formula has no finite value, all of it (1). */
export function behindShare(input: z.input<typeof QueueModel>): BehindShare {
  const raw = share(parse(QueueModel, input, "queue"));
  return (front, back) => {
    const value = raw(front, back);
    return Number.isFinite(value) ? value : 1;
  };
}

/**
 * The place of one resting order in the queue of a recorded level, in lots before it. Formulas as in hftbacktest's
 * probabilistic queue; one thing differs on purpose: a fall of the level brings the order to the front at most, and only a trade
 * fills it.
 */
export class QueuePosition {
  /** Lots before the order; below 0 by what of the newest trades reached it. */
  front = 0;
  private traded = 0; // Since the level's size was last told: those lots are in its next fall.
  private readonly behind: BehindShare;
  private readonly isRiskAverse: boolean;

  constructor(model: z.input<typeof QueueModel>) {
    this.behind = behindShare(model);
    this.isRiskAverse = (model.name ?? "risk-averse") === "risk-averse";
  }

  /** The order joins a level behind all that it shows. */
  join(levelLots: number): void {
    this.front = levelLots;
    this.traded = 0;
  }

  /** Lots traded at the order's price by takers of the other side; returns how many of them reached it. */
  trade(lots: number): number {
    this.traded += lots;
    this.front -= lots;
    if (this.front >= 0) return 0;
    const reached = -this.front;
    this.front = 0;
    return reached;
  }

  /** The level's size was told anew. */
  resize(previous: number, size: number): void {
    const fall = previous - size - this.traded;
    this.traded = 0;
    if (fall <= 0 || this.isRiskAverse) {
      this.front = Math.min(this.front, size);
      return;
    }
    const back = previous - this.front;
    const behind = this.behind(this.front, back);
    const moved = this.front - (1 - behind) * fall + Math.min(back - behind * fall, 0);
    this.front = Math.max(0, Math.min(moved, size));
  }
}
