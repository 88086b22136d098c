/** What an action or an observation may be: one of `count` choices, or `size` numbers between bounds. */
export type Space =
  | { readonly kind: "discrete"; readonly count: number; readonly labels?: readonly string[] }
  | { readonly kind: "box"; readonly size: number; readonly low: number; readonly high: number };

/** Numbers an action of the space takes up: 1 for a choice. */
export const widthOf = (space: Space): number => (space.kind === "discrete" ? 1 : space.size);
