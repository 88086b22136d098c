import { adversariesOf, type Player, standingsOf } from "../adversaries.ts";
import type { Check } from "../check.ts";
import { pairedT, signZ } from "../paired.ts";
import type { Control } from "../subject.ts";

const surely = 3;

/** Environments of the market with something to be learnt. */
export const controlEnvironments = 96;

/** Steps after which an episode there is given up. */
export const controlSteps = 1000;

/** On a market with something to be learnt, one who knows it must do better than all who look at nothing, by gain and by reward. */
export const positiveControl: Check = {
  name: "positive control",
  promise: "where there is something to be learnt, one who knows it gains more and is rewarded more than all who look at nothing",
  lacks({ control, books }) {
    if (!books) return "the subject has no books";
    return control ? undefined : "the subject has no control";
  },
  unmet: "too few episodes were over",
  run(trial) {
    const control = trial.subject.control!;
    const environment = control.make({ count: controlEnvironments, seed: trial.seed });
    const adversaries = adversariesOf(trial.subject, environment.actionSpace, trial.random);
    const played = { ...trial.subject, books: trial.subject.books!, seed: trial.seed, maxSteps: controlSteps };
    const standings = standingsOf(environment, played, new Map([["oracle", oracleOf(control)], ...adversaries]));
    const [oracle, ...others] = standings;
    if (oracle!.episodes.length < 8) return undefined;
    trial.examined += standings.length * oracle!.episodes.length;
    trial.standings = standings;
    for (const other of others) {
      if (pairedT(oracle!, other, "gain") < surely)
        return `knowing it all gains no more than "${other.name}" does: fills, costs or episodes leave nothing to be gained`;
      if (Math.max(pairedT(oracle!, other, "reward"), signZ(oracle!, other, "reward")) < surely)
        return `knowing it all is rewarded no more than "${other.name}" is: the reward cannot teach what the market holds`;
    }
    return undefined;
  },
};

/** The one who knows it all, as a player. */
const oracleOf =
  ({ oracle }: Control): Player =>
  (environment, _step, actions) => {
    const width = actions.length / environment.count;
    for (let index = 0; index < environment.count; index++) actions.set(oracle(environment, index), index * width);
  };
