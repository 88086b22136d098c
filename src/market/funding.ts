import { UserError } from "../base/index.ts";
import type { Account } from "../domain/index.ts";

/** Funding of a perpetual: at each time (ms since the epoch, ascending) longs pay shorts a rate, a share of the position's value. */
export interface Funding {
  readonly times: Float64Array;
  readonly rates: Float64Array;
}

/** The same rate at every multiple of an interval after `from` and not after `to`; perpetuals mostly have 8 hours. */
export function constantFunding(rate: number, from: number, to: number, intervalMs = 8 * 3600 * 1000): Funding {
  const first = Math.floor(from / intervalMs) + 1;
  const count = Math.max(0, Math.floor(to / intervalMs) - first + 1);
  return {
    times: Float64Array.from({ length: count }, (_, index) => (first + index) * intervalMs),
    rates: new Float64Array(count).fill(rate),
  };
}

/** Charges funding as time passes: the position that a bar leaves pays at the bar's close for every time since the bar before. */
export class FundingWalk {
  private readonly funding: Funding;
  private index = 0;

  constructor(funding: Funding = { times: new Float64Array(), rates: new Float64Array() }) {
    const { times, rates } = funding;
    const ascending = times.every((time, index) => Number.isFinite(time) && (index === 0 || time > times[index - 1]!));
    if (times.length !== rates.length || !ascending || !rates.every(Number.isFinite)) {
      throw new UserError("data/invalid-value", "funding needs as many finite rates as times, and times that ascend", {
        path: "funding",
        hint: "Sort the funding by time and leave out what is missing.",
      });
    }
    this.funding = funding;
  }

  /** Books what falls due after `from` and not after `to`, each time rounded against the account. */
  pass(account: Account, from: number, to: number, priceTicks: number): void {
    const { times, rates } = this.funding;
    for (; this.index < times.length && times[this.index]! <= to; this.index++) {
      if (times[this.index]! > from && account.position !== 0)
        account.payFunding(Math.ceil(account.position * priceTicks * rates[this.index]!));
    }
  }
}
