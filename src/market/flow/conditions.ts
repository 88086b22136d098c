/** What scenarios make of a market at a time. */
export interface FlowConditions {
  /** Multiplies how often background traders place new limit orders, and what market makers show. */
  limitFactor: number;
  /** Multiplies how often they send market orders. */
  marketFactor: number;
  /** Multiplies how often they cancel. */
  cancelFactor: number;
  /** Multiplies fees, for whoever charges them. */
  feeFactor: number;
  /** Whether the venue is halted: background traders then do nothing. */
  isHalted: boolean;
  /** Whether the feed repeats what it showed last, for whoever shows it. */
  isStale: boolean;
}

/** Nothing out of the ordinary. */
export const calm: Readonly<FlowConditions> = {
  limitFactor: 1,
  marketFactor: 1,
  cancelFactor: 1,
  feeFactor: 1,
  isHalted: false,
  isStale: false,
};

/** Makes conditions what several make of them together: factors multiply. */
export function combineConditions(conditions: FlowConditions, parts: readonly Partial<FlowConditions>[]): void {
  Object.assign(conditions, calm);
  for (const part of parts) {
    conditions.limitFactor *= part.limitFactor ?? 1;
    conditions.marketFactor *= part.marketFactor ?? 1;
    conditions.cancelFactor *= part.cancelFactor ?? 1;
    conditions.feeFactor *= part.feeFactor ?? 1;
    conditions.isHalted ||= part.isHalted ?? false;
    conditions.isStale ||= part.isStale ?? false;
  }
}

/** Whether background traders act as often under one as under the other. */
export const isAsEager = (one: FlowConditions, other: FlowConditions): boolean =>
  one.limitFactor === other.limitFactor &&
  one.marketFactor === other.marketFactor &&
  one.cancelFactor === other.cancelFactor &&
  one.isHalted === other.isHalted;
