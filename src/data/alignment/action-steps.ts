import { UserError } from "../../base/index.ts";
import { checkActions, type CorporateAction } from "../../domain/index.ts";

/** What corporate actions make of prices between two bars: factors on the earlier one's prices, 1 where nothing happened. */
export interface ActionStep {
  /** Of splits: 1/2 where each unit became two. */
  readonly split: number;
  /** Of dividends: 1 − amount / last close, as the Center for Research in Security Prices and Yahoo adjust. */
  readonly dividend: number;
}

const nothing: ActionStep = { split: 1, dividend: 1 };

/** Goes along bars, oldest first, and tells for each what happened since the one before. An action counts for the first bar that closes after it. */
export class ActionSteps {
  private actions: readonly CorporateAction[];
  private next = 0;

  /** Actions in time order; others are refused. */
  constructor(actions: readonly CorporateAction[]) {
    this.actions = checkActions(actions);
  }

  /** Adds an action that became known, later than those before it. */
  tell(action: CorporateAction): void {
    this.actions = checkActions([...this.actions, action]);
  }

  /** Of the actions since the last call, those before a bar's close. `lastClose` is NaN for the first bar: nothing is left to adjust then. */
  upTo(closeTime: number, lastClose: number): ActionStep {
    const { actions } = this;
    if (this.next >= actions.length || actions[this.next]!.timeMs >= closeTime) return nothing;
    let split = 1;
    let dividend = 1;
    for (; this.next < actions.length && actions[this.next]!.timeMs < closeTime; this.next++) {
      const action = actions[this.next]!;
      if (action.kind === "split") split *= action.denominator / action.numerator;
      else if (action.kind === "dividend" && !Number.isNaN(lastClose))
        dividend *= this.remainder(action.amount, lastClose * split * dividend);
    }
    return { split, dividend };
  }

  /** How many actions were passed: all that is needed to go on elsewhere. */
  get passed(): number {
    return this.next;
  }

  /** Goes on where another one stood. */
  resume(passed: number): void {
    this.next = passed;
  }

  private remainder(amount: number, close: number): number {
    if (amount < close) return 1 - amount / close;
    throw new UserError("data/invalid-value", `a dividend of ${amount} is more than the price of ${close} that it is paid on`, {
      path: `actions.${this.next}`,
      hint: "Correct the amount: it is in quote currency for each unit held at that time, not restated for later splits.",
    });
  }
}
