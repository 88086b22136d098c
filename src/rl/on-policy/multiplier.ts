import { z } from "zod";

/** A multiplier in a checkpoint. */
export const multiplierState = z.strictObject({ value: z.number(), first: z.number(), second: z.number(), updates: z.int() });

/** How a multiplier begins and moves. */
export interface MultiplierSpec {
  readonly initial: number;
  readonly learningRate: number;
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/** The price λ ≥ 0 of breaking a constraint, moved by Adam on the loss -λ·violation (Stooke, Achiam & Abbeel, 2020, without their P and D). */
export class Multiplier {
  value: number;
  private readonly learningRate: number;
  private first = 0;
  private second = 0;
  private updates = 0;

  constructor({ initial, learningRate }: MultiplierSpec) {
    this.value = initial;
    this.learningRate = learningRate;
  }

  /** `violation` is the cost less its limit: above 0 the price rises, below it falls. */
  update(violation: number): void {
    const gradient = -violation;
    this.updates++;
    this.first = beta1 * this.first + (1 - beta1) * gradient;
    this.second = beta2 * this.second + (1 - beta2) * gradient ** 2;
    const deviation = Math.sqrt(this.second / (1 - beta2 ** this.updates)) + epsilon;
    this.value = Math.max(0, this.value - (this.learningRate * this.first) / (1 - beta1 ** this.updates) / deviation);
  }

  save(): z.output<typeof multiplierState> {
    const { value, first, second, updates } = this;
    return { value, first, second, updates };
  }

  restore({ value, first, second, updates }: z.output<typeof multiplierState>): void {
    Object.assign(this, { value, first, second, updates });
  }
}
