import type { VectorEnvironment } from "../../vector-environment.ts";
import { actionChoices } from "../adversaries.ts";
import { type Check, isoTime } from "../check.ts";
import type { Ledger } from "../subject.ts";
import { hasEnded, randomActions, type Trial } from "../trial.ts";

/** Actions that are tried at one moment: most of them trade nothing. */
const attempts = 12;

/** Moves the price that is being observed: what is traded next may change in size, not in price. */
export const sameBarFill: Check = {
  name: "same-bar fill",
  promise: "no fill has a price that depends on what had been observed when it was decided",
  lacks({ grants, books, timeMs }) {
    if (!grants.includes("movedAtMs")) return "the subject does not grant movedAtMs";
    return books && timeMs ? undefined : "the subject has no books or no timeMs";
  },
  unmet: "nothing was traded",
  run(trial) {
    const { steps, random } = trial;
    const probe = trial.make();
    const taken: Float32Array[] = [];
    for (let step = random.below(2) * random.below(Math.min(steps, 60)); step > 0; step--)
      taken.push(trial.stepAtRandom(probe, taken.at(-1)));
    const lane = random.below(trial.count);
    const movedAtMs = trial.timeMs(probe, lane);
    const enough = trial.examined + 3;
    const choices = [...actionChoices(trial.subject, probe.actionSpace).values()];
    for (let attempt = 0; attempt < attempts && trial.examined < enough; attempt++) {
      const last = randomActions(probe.actionSpace, probe.count, random);
      // Named actions too: they may trade one instrument alone, so that its price can be told.
      if (attempt % 2 === 1) last.set(choices[random.below(choices.length)]!, lane * (last.length / probe.count));
      const expected = fillAfter(trial, trial.make(), [...taken, last], lane, movedAtMs);
      const actual = fillAfter(trial, trial.make({ movedAtMs }), [...taken, last], lane, movedAtMs);
      for (const [instrument, fill] of expected) {
        const other = actual.get(instrument);
        if (other === undefined || Math.sign(other.lots) !== Math.sign(fill.lots)) continue; // Buyers and sellers pay differently.
        trial.examined++;
        if (fill.price !== other.price)
          return `environment ${lane} after ${taken.length} steps filled at a price that depends on what it had just observed, at ${isoTime(movedAtMs)}`;
      }
    }
    return undefined;
  },
};

type Fills = ReadonlyMap<number, { readonly lots: number; readonly price: number }>;
const nothing: Fills = new Map();

/** What the last of some steps has traded, by instrument; nothing where the episode has come elsewhere than to the time. */
function fillAfter(trial: Trial, environment: VectorEnvironment, actions: readonly Float32Array[], index: number, timeMs: number): Fills {
  for (const action of actions.slice(0, -1)) environment.step(action.slice());
  if (trial.timeMs(environment, index) !== timeMs) return nothing;
  const before = trial.ledger(environment, index)!;
  environment.step(actions.at(-1)!.slice());
  return hasEnded(environment, index) ? nothing : fillsBetween(before, trial.ledger(environment, index)!);
}

/** What was traded from one ledger to the next, an instrument's first trade: as it says itself, or told from cash where one has traded. */
function fillsBetween(before: Ledger, after: Ledger): Fills {
  if (after.fills) return new Map(after.fills.map(({ instrument, lots, price }) => [instrument, { lots, price }] as const).toReversed());
  const moved = Array.from(after.positions, (lots, instrument) => ({ instrument, lots: lots - before.positions[instrument]! }));
  const [only, ...others] = moved.filter(({ lots }) => lots !== 0);
  if (only === undefined || others.length > 0) return nothing; // One amount for several prices tells none of them.
  const price = (before.cash - after.cash - (after.charges - before.charges)) / only.lots;
  return new Map([[only.instrument, { lots: only.lots, price }]]);
}
