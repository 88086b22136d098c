import type { Check } from "../check.ts";
import type { Ledger } from "../subject.ts";
import { hasEnded, type Trial } from "../trial.ts";

/** Keeps the books of random trading a second time. */
export const conservation: Check = {
  name: "conservation",
  promise: "cash, positions, charges and equity reconcile in whole numbers, and cash that is not there is not spent",
  lacks: ({ books }) => (books ? undefined : "the subject has no books"),
  unmet: "no step stayed within an episode",
  run(trial) {
    const environment = trial.make();
    const lanes = Array.from({ length: trial.count }, (_, index) => index);
    let before = lanes.map((index) => trial.ledger(environment, index)!);
    let actions: Float32Array | undefined;
    for (let step = 1; step <= trial.steps; step++) {
      actions = trial.stepAtRandom(environment, actions);
      const after = lanes.map((index) => trial.ledger(environment, index)!);
      for (const index of lanes) {
        const wrong = hasEnded(environment, index) ? undefined : imbalance(trial, before[index]!, after[index]!);
        if (wrong) return `environment ${index} at step ${step}: ${wrong}`;
      }
      before = after;
    }
    return undefined;
  },
};

/** What of an account does not reconcile over one step. */
function imbalance(trial: Trial, before: Ledger, after: Ledger): string | undefined {
  trial.examined++;
  const amounts = [after.cash, after.equity, after.charges, ...Array.from(after.positions), ...Array.from(after.marks)];
  if (!amounts.every(Number.isSafeInteger))
    return `an amount is no whole number: ${amounts.find((amount) => !Number.isSafeInteger(amount))}`;
  const value = sum(after.positions, (lots, instrument) => lots * after.marks[instrument]!);
  if (after.equity !== after.cash + value) return `equity of ${after.equity} is not cash of ${after.cash} and holdings of ${value}`;
  const { initialCash, purchases, charges, cash } = after;
  if (purchases !== undefined && cash !== initialCash - purchases - charges)
    return `cash of ${cash} is not ${initialCash} less purchases of ${purchases} and charges of ${charges}`;
  const holds = Array.from(after.positions).some((lots) => lots > 0);
  if (!trial.subject.margin && holds && cash < 0) return `cash of ${cash} is below zero`;
  if (after.fills) return unfilled(before, after);
  return purchases === undefined ? untraded(before, after) : undefined; // What was bought and sold within a step moves cash alone.
}

/** Cash that went into lots. */
const spent = (before: Ledger, after: Ledger): number => before.cash - after.cash - (after.charges - before.charges);

const changes = (before: Ledger, after: Ledger): number[] =>
  Array.from(after.positions, (lots, instrument) => lots - before.positions[instrument]!);

/** What a step's fills do not explain. */
function unfilled(before: Ledger, after: Ledger): string | undefined {
  const fills = after.fills!;
  const moved = changes(before, after);
  for (const [instrument, lots] of moved.entries()) {
    const filled = fills.reduce((total, fill) => total + (fill.instrument === instrument ? fill.lots : 0), 0);
    if (filled !== lots) return `the position in ${instrument} changed by ${lots} lots with fills of ${filled}`;
  }
  const paid = fills.reduce((total, { lots, price }) => total + lots * price, 0);
  if (paid !== spent(before, after)) return `${spent(before, after)} was spent with fills of ${paid}`;
  const excess = fills.find(({ lots, ordered }) => ordered !== undefined && (Math.abs(lots) > Math.abs(ordered) || lots * ordered < 0));
  return excess && `${excess.lots} lots were filled of an order of ${excess.ordered}`;
}

/** What cash has done that no trade explains, where the fills are not told. */
function untraded(before: Ledger, after: Ledger): string | undefined {
  const moved = changes(before, after);
  const paid = spent(before, after);
  if (moved.every((lots) => lots === 0)) return paid === 0 ? undefined : `${paid} of cash moved without a trade or a charge`;
  if (moved.length > 1) return undefined; // One amount for several prices: nothing can be told.
  const price = paid / moved[0]!;
  return Number.isSafeInteger(price) && price > 0 ? undefined : `traded at ${price} a lot`;
}

const sum = (values: ArrayLike<number>, of: (value: number, index: number) => number): number => {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += of(values[index]!, index);
  return total;
};
