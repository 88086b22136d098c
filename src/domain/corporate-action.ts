import { UserError } from "../base/index.ts";

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
