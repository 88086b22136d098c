import { UserError } from "../base/index.ts";
import { type Account, type Instrument, type Portfolio, toTicks } from "../domain/index.ts";

/**
 * What happens to an instrument itself, before the first bar that closes after `timeMs` opens:
 * - split: every `denominator` units become `numerator`; fractions of a lot are paid out at the last close; orders are cancelled;
 * - dividend: each unit held receives `amount`, in quote currency, and each unit sold short pays it;
 * - delisting: positions are closed at `price`, in quote currency and perhaps 0, without a fee; nothing trades any more.
 */
export type CorporateAction =
  | { readonly kind: "split"; readonly timeMs: number; readonly numerator: number; readonly denominator: number }
  | { readonly kind: "dividend"; readonly timeMs: number; readonly amount: number }
  | { readonly kind: "delisting"; readonly timeMs: number; readonly price: number };

/** Refuses corporate actions out of time order or with values that mean nothing; returns the others. */
export function checkActions(actions: readonly CorporateAction[]): readonly CorporateAction[] {
  for (const [index, action] of actions.entries()) {
    const valid =
      Number.isFinite(action.timeMs) &&
      (index === 0 || action.timeMs >= actions[index - 1]!.timeMs) &&
      (action.kind === "split"
        ? isCount(action.numerator) && isCount(action.denominator)
        : action.kind === "dividend"
          ? action.amount >= 0 && action.amount < Infinity
          : action.price >= 0 && action.price < Infinity);
    if (valid) continue;
    throw new UserError("data/invalid-value", `corporate action ${index} is ${JSON.stringify(action)}`, {
      path: `actions.${index}`,
      hint: "Sort them by time; split ratios are positive whole numbers, amounts and prices at least 0.",
    });
  }
  return actions;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** Books a split or a dividend; a dividend is rounded against the account. Money units are ticks × lots. */
export function bookAction(account: Account, instrument: Instrument, action: CorporateAction): void {
  if (action.kind === "split") account.split(action.numerator, action.denominator);
  if (action.kind === "dividend" && account.position !== 0)
    account.receiveDividend(floorMoney((account.position * action.amount) / instrument.tickSize));
  if (action.kind === "delisting" && account.position !== 0) account.trade(-account.position, toTicks(instrument, action.price), 0);
}

/** Books what happens to one of a portfolio's instruments, as `bookAction` does for an account. */
export function bookPortfolioAction(portfolio: Portfolio, index: number, action: CorporateAction): void {
  const instrument = portfolio.instruments[index]!;
  const lots = portfolio.position[index]!;
  if (action.kind === "split") portfolio.split(index, action.numerator, action.denominator);
  if (lots === 0) return;
  if (action.kind === "dividend")
    portfolio.receiveDividend(floorMoney((lots * action.amount * portfolio.worth[index]!) / instrument.tickSize));
  if (action.kind === "delisting") portfolio.trade(index, -lots, toTicks(instrument, action.price), 0);
}

/** Rounds down, but takes a value that is whole but for the noise of a division as whole. */
const floorMoney = (value: number): number =>
  Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, Math.abs(value)) ? Math.round(value) : Math.floor(value);
