import { describe, expect, test } from "vitest";
import { Costs } from "../../market/index.ts";
import type { Metrics } from "./document.ts";
import type { SweepJudgement } from "../sweep-judgement.ts";
import { ruleVerdictOf, type VerdictFacts, verdictOf } from "./verdict.ts";

const metrics = (change: Partial<Metrics> = {}): Metrics => ({
  totalReturn: 0.1,
  annualReturn: 0.05,
  annualVolatility: 0.15,
  sharpe: 0.4,
  sortino: 0.6,
  calmar: 0.3,
  maxDrawdown: -0.2,
  winRate: 0.5,
  profitFactor: 1.2,
  turnover: 12.34,
  exposure: 0.7,
  trades: 30,
  feesPaid: 123.4,
  ...change,
});

const day = (date: string) => Date.parse(`${date}T21:00:00Z`);
const stretch = { from: day("2016-03-30"), to: day("2020-04-17"), bars: 1021 };

function facts(change: Partial<VerdictFacts> = {}): VerdictFacts {
  return {
    data: {
      symbol: "SPX",
      currency: "USD",
      synthetic: false,
      contentHash: "",
      barsPerYear: 252,
      stretch,
      lineage: { source: "package", file: "f.csv", sha256: "", note: "an index cannot be bought" },
    },
    split: { train: stretch, validation: stretch, test: stretch },
    strategies: [
      { name: "agent", kind: "agent", metrics: metrics() },
      { name: "buy-and-hold", kind: "baseline", metrics: metrics({ totalReturn: 0.386, sharpe: 0.52 }) },
      { name: "random", kind: "baseline", metrics: metrics({ totalReturn: -0.021 }) },
      { name: "flat", kind: "baseline", metrics: metrics({ totalReturn: 0, sharpe: null }) },
    ],
    significance: {
      statistic: "",
      method: "",
      estimate: -0.12,
      low: -0.71,
      high: 0.454,
      level: 0.95,
      pValue: 0.6,
      blockLength: 2,
      resamples: 2000,
    },
    seeds: [1, 2, 3].map((seed) => ({
      seed,
      chosen: seed === 2,
      weightsSha256: "",
      train: metrics(),
      validation: metrics(),
      test: metrics(),
    })),
    generalisation: { trainSharpe: 1.9, testSharpe: 0.3, gap: 1.6, testSharpeLow: -0.2, testSharpeHigh: 0.8 },
    walkForward: { folds: [], agent: null, buyAndHold: null },
    costs: Costs.parse({ feeFixed: 0.5 }),
    randomSharpes: [-0.5, 0.1, 0.9],
    ...change,
  };
}

const interval = (estimate: number, low: number, high: number): Pick<VerdictFacts, "significance"> => ({
  significance: { ...facts().significance, estimate, low, high },
});
const goodSeeds: Pick<VerdictFacts, "generalisation"> = { generalisation: { ...facts().generalisation, testSharpe: 0.7 } };

describe("headline and skill", () => {
  test.each([
    [
      "indistinguishable",
      interval(-0.12, -0.71, 0.454),
      "Not distinguishable from buy-and-hold: Sharpe difference −0.12, 95 % interval −0.71 to 0.45.",
    ],
    ["worse", interval(-0.9, -1.5, -0.3), "Worse than buy-and-hold: Sharpe difference −0.90, 95 % interval −1.50 to −0.30."],
    [
      "better",
      { ...interval(0.9, 0.2, 1.6), ...goodSeeds },
      "Better than buy-and-hold over this stretch: Sharpe difference 0.90, 95 % interval 0.20 to 1.60.",
    ],
    [
      "indistinguishable",
      interval(0.9, 0.2, 1.6),
      "Not established: the chosen seed was better than buy-and-hold, the median seed was not. Sharpe difference 0.90, 95 % interval 0.20 to 1.60.",
    ],
    ["indistinguishable", interval(0, 0, 0), "No different from buy-and-hold: Sharpe difference 0.00, 95 % interval 0.00 to 0.00."],
  ] as const)("%s", (skill, change, headline) => {
    expect(verdictOf(facts(change))).toMatchObject({ skill, headline });
  });
});

describe("sentences", () => {
  const said = (change: Partial<VerdictFacts> = {}): string => verdictOf(facts(change)).sentences.join("\n");

  test("what was earned, by whom, on which bars", () => {
    expect(said()).toContain(
      "On 1,021 bars it never saw, 2016-03-30 to 2020-04-17, the agent returned 10.0 % after costs, buy-and-hold 38.6 %, a random agent of the same turnover −2.1 %.",
    );
  });
  test("how fine a difference could be seen", () => {
    expect(said()).toContain("only when it is larger than about 0.6.");
  });
  test("seeds and their spread", () => {
    expect(said()).toContain(
      "3 seeds have test Sharpe ratios from −0.20 to 0.80, median 0.30. The agent shown is seed 2, chosen without the test data.",
    );
    expect(said({ seeds: facts().seeds.slice(0, 1) })).toContain("Only one seed (1) was trained");
    expect(said({ seeds: [] })).toContain("No seed was recorded");
    const none = { trainSharpe: null, testSharpe: null, gap: null, testSharpeLow: null, testSharpeHigh: null };
    expect(said({ generalisation: none })).toContain("None of 3 seeds has a Sharpe ratio in the test");
  });
  test("the gap between training and test", () => {
    expect(said()).toContain("falls from 1.90 in training to 0.30 in the test: much of what was learnt does not carry over (overfitting");
    expect(said({ generalisation: { ...facts().generalisation, trainSharpe: 0.4, gap: 0.1 } })).toContain("no large gap");
    expect(said({ generalisation: { ...facts().generalisation, trainSharpe: -0.6, gap: -0.9 } })).toContain("no merit of the agent");
  });
  test("random agents, walk-forward and costs", () => {
    expect(said()).toContain(
      "3 random agents of the same turnover have Sharpe ratios from −0.50 to 0.90; the agent, with 0.40, is above 2 of them.",
    );
    const fold = { train: stretch, test: stretch, agent: metrics({ sharpe: 0.1 }), buyAndHold: metrics() };
    expect(
      said({ walkForward: { folds: [fold, { ...fold, agent: metrics({ sharpe: 2 }) }], agent: metrics(), buyAndHold: metrics() } }),
    ).toContain("over 2 walk-forward folds, its Sharpe ratio was above that of buy-and-hold in 1.");
    const significance = { ...facts().significance, estimate: 0.1, low: -0.4, high: 0.6 };
    expect(said({ walkForward: { folds: [fold], agent: metrics(), buyAndHold: metrics(), significance } })).toContain(
      "buy-and-hold in 0; over all of them it differs by 0.10 (95 % interval −0.40 to 0.60).",
    );
    const tries = { trials: 6, effectiveTrials: 5, meanCorrelation: 0.1, expectedBest: 0.8, deflatedSharpe: 0.28 };
    const trials = { looks: 6, own: tries, overfitting: null, probabilisticSharpe: 0.5, minimumTrackRecord: null, bars: 9, correction: [] };
    const candidates = ["plain", "slow"].map((name) => ({ name, seeds: [], median: 0.3, chosen: name === "slow" }));
    expect(said({ trials: { ...trials, candidates } })).toContain(
      'Of 2 candidates validation chose "slow": that its true Sharpe ratio is above what the best of 6 such tries shows by luck has a probability of 28 %.',
    );
    expect(said({ trials: { ...trials, candidates: candidates.slice(1) } })).not.toContain("candidates");
    const crossValidation = {
      groups: 4,
      held: 1,
      horizon: 1,
      embargo: 1,
      stretches: [],
      folds: [],
      paths: [metrics()],
      buyAndHold: metrics(),
    };
    const spread = { sharpe: { low: 0.1, median: 0.2, high: 0.4 }, belowBuyAndHold: 0.5 };
    expect(said({ crossValidation: { ...crossValidation, ...spread } })).toContain(
      "it has a Sharpe ratio of 0.20 over all of them, beside buy-and-hold's 0.40.",
    );
    expect(said({ crossValidation: { ...crossValidation, ...spread, paths: [metrics(), metrics()] } })).toContain(
      "it has Sharpe ratios over 2 paths from 0.10 to 0.40, median 0.20; 50 % of them below buy-and-hold's 0.40.",
    );
    const unmoved = { ...crossValidation, ...spread, buyAndHold: metrics({ sharpe: null }) };
    expect(said({ crossValidation: unmoved })).toContain("beside buy-and-hold, whose ratio is not defined and counts as 0.");
    expect(said()).toContain(
      "a fee of 1 bps plus $0.50 a trade, slippage of 1 bps and 50 bps a year on what is sold short; it turned its equity over 12.3 times a year and paid $123 in fees.",
    );
  });
  test("random entry, unless nothing was traded", () => {
    const timing = { mean: 0.001, expected: 0, pValue: 0.0312, permutations: 2000 };
    expect(said({ timing })).toContain("held as long but at random times, would have earned as much before costs in 3.1 % of cases");
    expect(said()).not.toContain("random entry");
    const [, ...others] = facts().strategies;
    const still = { name: "agent", kind: "agent", metrics: metrics({ trades: 0, totalReturn: 0 }) } as const;
    expect(said({ timing, strategies: [still, ...others] })).not.toContain("random entry");
  });
  test("an index cannot be bought, synthetic data is no market, and nothing is promised", () => {
    expect(said()).toContain("An index cannot be bought.");
    expect(said()).not.toContain("synthetic");
    expect(verdictOf(facts({ data: { ...facts().data, synthetic: true } })).sentences[0]).toBe(
      "The prices are synthetic: nothing here says anything about a real market.",
    );
    expect(said()).toContain("it promises nothing about the future.");
  });
  test("an agent that never traded is called that", () => {
    const [, ...others] = facts().strategies;
    expect(said({ strategies: [{ name: "agent", kind: "agent", metrics: metrics({ trades: 0, totalReturn: 0 }) }, ...others] })).toContain(
      "The agent never traded.",
    );
  });
});

describe("of a rule", () => {
  const judgement = (skill: SweepJudgement["verdict"]["skill"]) =>
    ({ verdict: { skill, sentences: ["Not proven.", "The best of 9: so and so."] } }) as unknown as SweepJudgement;

  test("the judgement of its sweep leads, and nothing is said of seeds, of training or of bars that it never saw", () => {
    const { headline, sentences, skill } = ruleVerdictOf(facts(), judgement("unproven"));
    expect([headline, skill]).toEqual(["Not proven.", "indistinguishable"]);
    expect(sentences[0]).toBe(
      "On 1,021 bars that its parameters could be chosen by, 2016-03-30 to 2020-04-17, the rule returned 10.0 % after costs, buy-and-hold 38.6 %, a random agent of the same turnover −2.1 %.",
    );
    expect(sentences[1]).toBe("The best of 9: so and so.");
    expect(sentences.join(" ")).toContain("the rule, with 0.40, is above 2 of them");
    expect(sentences.join(" ")).toContain("The rule's own trades do not move the simulated price.");
    expect(sentences.join(" ")).not.toMatch(/seed|training|never saw|agent returned/);
  });
  test.each([
    ["convincing", "better"],
    ["worse", "worse"],
  ] as const)("%s is %s", (said, skill) => {
    expect(ruleVerdictOf(facts(), judgement(said)).skill).toBe(skill);
  });
});
