import { assert } from "../../../base/index.ts";
import type { Report } from "../document.ts";

const days = 24 * 3600 * 1000;

/** Made-up parts for those of a report that the sample of moving averages has no use for: so that a page can show all of them. */
export function withEverySection(report: Report): Report {
  const { metrics } = report.strategies[0]!;
  const hold = report.strategies[1]!.metrics;
  const { from, to } = report.split.test;
  assert(to > from, "a test stretch lasts");
  const onset = from + 100 * days;
  const under = (name: string, totalReturn: number | null) => ({
    name,
    totalReturn,
    maxDrawdown: -0.4,
    worstBar: -0.2,
    trades: 4,
    survived: true,
  });
  return {
    ...report,
    crossValidation: {
      groups: 6,
      held: 2,
      horizon: 5,
      embargo: 10,
      stretches: Array.from({ length: 6 }, (_, index) => ({
        stretch: { from: from + index * 100 * days, to: from + (index + 1) * 100 * days, bars: 70 },
        buyAndHold: hold,
      })),
      folds: [{ held: [0, 1], train: [report.split.test], seed: 1, weightsSha256: "ab".repeat(32), agent: [metrics, metrics] }],
      paths: [0.4, -0.2, 0.9, null, 0.1].map((sharpe) => ({ ...metrics, sharpe })),
      buyAndHold: hold,
      sharpe: { low: -0.2, median: 0.25, high: 0.9 },
      belowBuyAndHold: 0.8,
    },
    trials: {
      candidates: [
        { name: "long-only", seeds: [1, 2, 3].map((seed) => ({ seed, sharpe: 0.2 * seed })), median: 0.4, chosen: true },
        {
          name: "long-short",
          seeds: [1, 2, 3].map((seed) => ({ seed, sharpe: seed === 2 ? null : 0.1 * seed - 0.3 })),
          median: -0.1,
          chosen: false,
        },
      ],
      looks: 24,
      own: { trials: 6, effectiveTrials: 4, meanCorrelation: 0.55, expectedBest: 0.61, deflatedSharpe: 0.18 },
      ledger: { trials: 140, effectiveTrials: 44, meanCorrelation: 0.69, expectedBest: 1.1, deflatedSharpe: 0.0004 },
      overfitting: { series: 6, probability: 0.47, probabilityOfLoss: 0.31, degradation: -0.42, splits: 12870 },
      probabilisticSharpe: 0.76,
      minimumTrackRecord: 5312.4,
      bars: report.split.test.bars,
      correction: ["The best of several tries is expected to look good: the deflated Sharpe ratio allows for it."],
    },
    stress: {
      calm: [under("agent", 0.1), under("buy-and-hold", 0.2)],
      scenarios: [
        {
          scenario: "crash",
          params: { depth: 0.3, recoveryMs: null },
          seed: 4,
          onset,
          strategies: [under("agent", -0.3), under("buy-and-hold", -0.4)],
        },
      ],
    },
    trainedUnder: [{ training: "seed 1", variants: [[], [{ scenario: "crash", params: { depth: 0.3 }, seed: 1, onsetMs: onset }]] }],
    explanation: explanation(),
    sweep: {
      combinations: 40,
      best: [
        { params: { fast: 5, slow: 40 }, metrics },
        { params: { fast: 10, slow: 80 }, metrics: hold },
      ],
      superiorAbility: 0.43,
    },
    reproduction: {
      command: "tradewind train experiment.json --data sp500 --seeds 1,2,3",
      hashes: {
        experiment: report.experimentHash,
        data: report.data.contentHash,
        weights: report.seeds.map(({ seed, weightsSha256 }) => ({ seed, sha256: weightsSha256 })),
        sections: { risk: "cd".repeat(32), returns: "ef".repeat(32) },
      },
      seeds: { training: report.seeds.map(({ seed }) => seed), judging: 1 },
      versions: { tradewind: "0.1.0", node: "24.0.0" },
      extensions: [{ file: "my-indicator.ts", sha256: "01".repeat(32) }],
    },
  };
}

function explanation(): NonNullable<Report["explanation"]> {
  const features = ["rsi-14", "macd-histogram", "log-return", "volatility-20", "position"];
  const outputs = (["short", "flat", "long"] as const).map((name) => ({ name, kind: "probability" as const }));
  const values = Array.from({ length: 12 }, (_, index) => index / 2 - 3);
  const lags = Array.from({ length: 10 }, (_, index) => index);
  const choiceAt = (x: number, y: number) => (x + y > 1.5 ? "long" : x + y < -1.5 ? "short" : "flat");
  return {
    observations: 200,
    outputs,
    importance: {
      measure: "mean absolute change of the probabilities",
      of: ["short", "flat", "long"],
      level: 0.95,
      repeats: 20,
      features: features.map((feature, index) => ({
        feature,
        figures: [1, 0.4, 0.8].map((size) => ({
          mean: (0.2 * size) / (index + 1),
          low: (0.15 * size) / (index + 1),
          high: (0.26 * size) / (index + 1),
        })),
      })),
    },
    attribution: {
      method: "permutation-shap",
      decisions: 50,
      background: 100,
      features: features.map((feature, index) => ({ feature, meanAbsolute: [0.1 / (index + 1), 0.05, 0.12 / (index + 1)] })),
    },
    map: {
      x: { feature: "rsi-14", wholeWindow: true, values },
      y: { feature: "macd-histogram", wholeWindow: false, values },
      outputs,
      reference: [0, 0],
      answers: values.map((y) => values.map((x) => [x + y < -1.5 ? 0.8 : 0.1, 0.1, x + y > 1.5 ? 0.8 : 0.1])),
      choices: values.map((y) => values.map((x) => choiceAt(x, y))),
      observed: values.map((y) => values.map((x) => (Math.abs(x) + Math.abs(y) < 3 ? 3 : 0))),
    },
    saliency: {
      features,
      lags,
      values: features.map((_, row) => lags.map((lag) => (row === 4 && lag > 0 ? null : 0.3 / (row + 1) / (lag + 1)))),
    },
  };
}
