import { defineExperiment, type ExperimentInput } from "../../src/index.ts";
import { strategies } from "../../src/trading/index.ts";

/** One protocol for all: what differs below is who learns. Nothing here was chosen by what any test stretch says. */
const protocol = {
  data: "sp500",
  environment: { environment: { name: "single-asset", params: { actions: "target-position" } }, episode: { maxSteps: 252 } },
  seeds: [1, 2, 3, 4, 5],
  baselines: Object.keys(strategies)
    .filter((name) => name !== "constant-exposure") // Always invested, it is buy-and-hold.
    .map((name) => ({ name })),
  explain: { observations: 200 },
} satisfies ExperimentInput;

/** Seven folds of almost two years from 2007 on, the crises of 2008 and 2020 among them, each after six years of its own past. */
const walkForward = { folds: 7, from: "2007-01-01", trainBars: 1500, seeds: "all" } as const;

const ppo = { name: "ppo", params: { nSteps: 256, batchSize: 256, entropyCoef: 0.005 } };
const sac = { name: "sac", params: { hidden: [64, 64], learningStarts: 1000 } };

/** The three agents of the example. */
export const experiments = [
  defineExperiment({
    ...protocol,
    name: "example-ppo",
    algorithm: ppo,
    totalSteps: 150_000,
    walkForward: { ...walkForward, totalSteps: 100_000 },
    crossValidation: { groups: 6, held: 2, totalSteps: 60_000 },
  }),
  defineExperiment({
    ...protocol,
    name: "example-sac",
    algorithm: sac,
    environments: 4,
    totalSteps: 20_000,
    walkForward: { ...walkForward, totalSteps: 10_000 },
  }),
  defineExperiment({
    ...protocol,
    name: "example-ensemble",
    ensemble: {
      kind: "mean",
      members: [
        { algorithm: ppo, totalSteps: 60_000 },
        { algorithm: { name: "a2c", params: {} }, totalSteps: 60_000 },
        { algorithm: sac, totalSteps: 10_000 },
      ],
    },
    totalSteps: 60_000,
    walkForward: { ...walkForward, totalSteps: 60_000 },
  }),
];
