import { z } from "zod";
import { number, percent } from "../../format.ts";
import {
  distinctSeries,
  expectedBestSharpe,
  minimumTrackRecord,
  overfittingWhereTold,
  probabilisticSharpe,
  type SharpeFacts,
  sharpeFacts,
} from "../../significance/index.ts";
import { quantileOf } from "../../statistics/index.ts";
import { deflatedBy, summariseTrials, type Trial } from "../../validation/index.ts";
import { figure } from "../shapes.ts";

/** Tries and what the best of them is worth, its having been chosen allowed for. */
const Tries = z.strictObject({
  trials: z.int().describe("different tries: candidates and seeds that were looked at on data by which something is chosen"),
  effectiveTrials: z.int().describe("how many independent ones they amount to: ρ̄ + (1 − ρ̄) N (Bailey & López de Prado, 2014)"),
  meanCorrelation: z.number().describe("ρ̄, over all pairs of tries"),
  expectedBest: z.number().describe("annualised Sharpe ratio that the best of so many tries without skill would show"),
  deflatedSharpe: figure.describe("probability that the chosen one's true Sharpe ratio is above that"),
});

/** What was tried, how the agent was chosen, and how much of its figures the choice explains. */
export const Trials = z.strictObject({
  candidates: z
    .array(
      z.strictObject({
        name: z.string().nullable().describe("null where there is but the experiment itself"),
        seeds: z.array(z.strictObject({ seed: z.int(), sharpe: figure })).describe("annualised Sharpe ratio over the validation stretch"),
        median: figure.describe("of its seeds"),
        chosen: z.boolean(),
      }),
    )
    .exactOptional()
    .describe("of an experiment: tried on the validation stretch; the best median is chosen, then its best seed"),
  looks: z.int().describe("looks at data by which something was chosen that this run took, those inside folds included"),
  own: Tries.describe("of this run"),
  ledger: Tries.exactOptional().describe("of all that the ledger holds on this data, this run included; absent where no ledger is kept"),
  overfitting: z
    .strictObject({
      series: z.int().describe("different series of returns over the bars that chose"),
      probability: z.number().describe("how often the best on half of the bars is no better than the middle on the other half"),
      probabilityOfLoss: z.number().describe("how often it loses there"),
      degradation: figure.describe("slope of its Sharpe ratio there on the one it was chosen by"),
      splits: z.int(),
    })
    .nullable()
    .describe("probability of backtest overfitting (Bailey, Borwein, López de Prado & Zhu, 2017); null of one series or too few bars"),
  probabilisticSharpe: figure.describe("probability that the agent's true Sharpe ratio is above 0, by the test stretch alone"),
  minimumTrackRecord: figure.describe("bars like those of the test that it takes to say so with 95 %; null where its ratio is not above 0"),
  bars: z.int().describe("bars that there are of the test"),
  correction: z.array(z.string()).describe("how it is allowed for that several were tried, in words"),
});

export type Trials = z.infer<typeof Trials>;

/** What was compared over the bars that choose, and what stands in the ledger. Returns are simple, one a bar. */
export interface TrialFacts {
  /** Content hash of the data set. */
  readonly data: string;
  readonly candidates: readonly {
    readonly name: string | null;
    readonly seeds: readonly { readonly seed: number; readonly sharpe: number | null; readonly returns: Float64Array }[];
    readonly chosen: boolean;
  }[];
  /** Of the chosen one, over the bars that chose it. */
  readonly chosen: Float64Array;
  /** The looks at those bars. */
  readonly own: readonly Trial[];
  /** The looks of the whole run. */
  readonly looks: number;
  /** All looks that the ledger holds, those of this run included. */
  readonly ledger?: readonly Trial[];
  /** Of the agent, over bars that chose nothing. */
  readonly test: Float64Array;
  readonly barsPerYear: number;
}

const level = 0.95;

/** Sums up what was tried, and says how that is allowed for. */
export function trialsSection({ data, candidates, chosen, own, looks, ledger, test, barsPerYear }: TrialFacts): Trials {
  const different = distinctSeries(candidates.flatMap(({ seeds }) => seeds.map(({ returns }) => returns)));
  const overfitting = overfittingWhereTold(different);
  const [facts, unseen] = [sharpeFacts(chosen), sharpeFacts(test)];
  const tries = (trials: readonly Trial[]) => triesOf(trials, data, facts, barsPerYear);
  const counted = {
    candidates: candidates.map(({ name, seeds, chosen: isChosen }) => ({
      name,
      seeds: seeds.map(({ seed, sharpe }) => ({ seed, sharpe })),
      median: quantileOf(
        seeds.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe])),
        0.5,
      ),
      chosen: isChosen,
    })),
    looks,
    own: tries(own),
    ...(ledger && { ledger: tries(ledger) }),
    overfitting: overfitting && {
      series: different.length,
      probability: overfitting.probability,
      probabilityOfLoss: overfitting.probabilityOfLoss,
      degradation: overfitting.degradation,
      splits: overfitting.splits,
    },
    probabilisticSharpe: unseen && probabilisticSharpe(unseen),
    minimumTrackRecord: unseen && minimumTrackRecord(unseen, 0, level),
    bars: test.length,
  };
  return { ...counted, correction: correctionOf(counted) };
}

/** Sums up tries on a data set, and what they leave of the Sharpe ratio of the chosen one. */
export function triesOf(trials: readonly Trial[], data: string, chosen: SharpeFacts | null, barsPerYear: number): z.infer<typeof Tries> {
  const summary = summariseTrials(trials, data);
  const effectiveTrials = Math.max(1, summary.effectiveTrials);
  return {
    trials: summary.trials,
    effectiveTrials,
    meanCorrelation: summary.meanCorrelation,
    expectedBest: expectedBestSharpe(effectiveTrials, summary.variance) * Math.sqrt(barsPerYear),
    deflatedSharpe: chosen && deflatedBy(chosen, summary),
  };
}

function correctionOf({ candidates = [], looks, own, ledger, overfitting }: Omit<Trials, "correction">): string[] {
  const seeds = candidates[0]?.seeds.length ?? 0;
  const many =
    candidates.length > 1 ? `${candidates.length} candidates with ${seeds} ${seeds === 1 ? "seed" : "seeds"} each` : `${seeds} seeds`;
  const sentences = [
    own.trials < 2
      ? "Nothing was chosen: one training alone was looked at."
      : `${many} were compared on the validation stretch, as good as ${number(own.effectiveTrials, 0)} independent tries; the best of so many without skill would show a Sharpe ratio of ${number(own.expectedBest)} there. ${deflated(own.deflatedSharpe)}`,
    ledger && ledger.trials > own.trials
      ? `With all ${number(ledger.trials, 0)} tries that the ledger holds on this data, as good as ${number(ledger.effectiveTrials, 0)}, it is ${number(ledger.expectedBest)}. ${deflated(ledger.deflatedSharpe)}`
      : null,
    overfitting &&
      `Chosen on half of the validation bars, the best did no better than the middle on the other half in ${percent(overfitting.probability, 0)} of ${number(overfitting.splits, 0)} splits (probability of overfitting).`,
    looks > own.trials
      ? `${number(looks - own.trials, 0)} further looks chose inside the folds, each on bars before or outside of its test.`
      : null,
    "The test stretch chose nothing: its figures and its interval need no correction for these choices. They would, were the experiment changed after a look at them.",
  ];
  return sentences.filter((sentence) => typeof sentence === "string");
}

const deflated = (value: number | null): string =>
  value === null
    ? "The chosen one's returns do not vary there: it has no Sharpe ratio to judge."
    : `The chosen one's true ratio is above that with a probability of ${percent(value, 0)} (deflated Sharpe ratio).`;
