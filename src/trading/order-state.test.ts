import { expect, test } from "vitest";
import { Bug } from "../base/index.ts";
import { externalTransitions, isTerminal, mayBecome, nextOrderState, type OrderState, orderStates } from "./index.ts";

// Copied by hand from the reference table: a row from each state, in the order of `orderStates`.
// oxfmt-ignore
const matrix: Record<OrderState, string> = {
  "initialized":      ".xxxx.........",
  "denied":           "..............",
  "emulated":         "...x...xx.....",
  "released":         ".x..x..x......",
  "submitted":        ".....xxx..xxxx",
  "accepted":         "......xxxxxxxx",
  "rejected":         "..............",
  "cancelled":        "............xx",
  "expired":          "..............",
  "triggered":        "......xxx.xxxx",
  "pending-update":   ".....xxxxxxxxx",
  "pending-cancel":   ".....xxxx..xxx",
  "partially-filled": ".......xx.xxxx",
  "filled":           "..............",
};

const pairs = orderStates.flatMap((from) => orderStates.map((to) => ({ from, to })));

test("all 14 × 14 pairs are as the reference has them", () => {
  expect(pairs).toHaveLength(196);
  for (const { from, to } of pairs) {
    const allowed = matrix[from][orderStates.indexOf(to)] === "x";
    expect(mayBecome(from, to), `${from} → ${to}`).toBe(allowed);
    if (allowed) expect(nextOrderState(from, to)).toBe(to);
    else expect(() => nextOrderState(from, to)).toThrow(Bug);
  }
});

test("an order found at the venue may begin in five states more, and nowhere else", () => {
  const more = pairs.filter(({ from, to }) => mayBecome(from, to, true) && !mayBecome(from, to));
  expect(more).toEqual(
    externalTransitions
      .map((to) => ({ from: "initialized", to }))
      .toSorted((left, right) => orderStates.indexOf(left.to) - orderStates.indexOf(right.to)),
  );
});

test("terminal states lead nowhere but from cancelled to a late fill", () => {
  for (const { from, to } of pairs) {
    if (isTerminal(from) && mayBecome(from, to)) expect(`${from} → ${to}`).toMatch(/^cancelled → (partially-)?filled$/);
  }
});
