import { accountSlot, type Money } from "../domain/index.ts";
import type { AccountView } from "./environment.ts";

const { position, costBasis, markTicks } = accountSlot;

/** The sight of one account after another, read from the rows where their numbers stand: one object for millions of steps. */
export class AccountSight implements AccountView {
  readonly initialCash: Money;
  position = 0;
  equity = 0;
  drawdown = 0;
  /** Of the position at the last mark, in money units. */
  private value = 0;
  private costBasis = 0;

  constructor(initialCash: Money) {
    this.initialCash = initialCash;
  }

  /** Turns to the account whose row begins at `offset`, of which the equity and the drawdown are known. */
  lookAt(rows: Float64Array, offset: number, equity: number, drawdown: number): void {
    this.position = rows[offset + position]!;
    this.costBasis = rows[offset + costBasis]!;
    this.value = this.position * rows[offset + markTicks]!;
    this.equity = equity;
    this.drawdown = drawdown;
  }

  get exposure(): number {
    return this.equity > 0 ? this.value / this.equity : 0;
  }

  get unrealised(): number {
    return this.equity > 0 ? (this.value - this.costBasis) / this.equity : 0;
  }
}
