declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** A price as a whole number of the instrument's ticks. */
export type PriceTicks = Branded<"PriceTicks">;

/** A quantity as a whole number of the instrument's lots; signed where it is a position. */
export type Lots = Branded<"Lots">;

/** Money as a whole number of ticks × lots: what one tick on one lot is worth. Exact up to 2⁵³. */
export type Money = Branded<"Money">;

/** Milliseconds since the epoch, UTC. */
export type TimeMs = Branded<"TimeMs">;
