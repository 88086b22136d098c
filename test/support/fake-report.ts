import type { Metrics, Report, Trade } from "../../src/app/index.ts";
import { Random } from "../../src/base/index.ts";

const dayMs = 86_400_000;
const initial = 100_000;

/** Performance that follows from one equity curve; daily bars, 252 a year. */
function metricsOf(equity: readonly number[], trades: number, exposure: number): Metrics {
  const returns = equity.map((value, index) => value / (index === 0 ? initial : equity[index - 1]!) - 1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1));
  const totalReturn = equity.at(-1)! / initial - 1;
  const maxDrawdown = Math.min(...drawdownOf(equity));
  const annualReturn = (1 + totalReturn) ** (252 / returns.length) - 1;
  const sharpe = deviation === 0 ? null : (mean / deviation) * Math.sqrt(252);
  return {
    totalReturn,
    annualReturn,
    annualVolatility: deviation * Math.sqrt(252),
    sharpe,
    sortino: sharpe === null ? null : sharpe * 1.4,
    calmar: maxDrawdown === 0 ? null : annualReturn / -maxDrawdown,
    maxDrawdown,
    winRate: trades === 0 ? null : 0.53,
    profitFactor: trades === 0 ? null : 1.12,
    turnover: trades * 0.31,
    exposure,
    trades,
    feesPaid: trades * 11.37,
  };
}

function drawdownOf(equity: readonly number[]): number[] {
  let peak = initial;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

/** Daily prices with fat days, never below zero. */
function prices(bars: number, random: Random) {
  let close = 2_200;
  const rows = Array.from({ length: bars }, (_, index) => {
    const open = close * (1 + 0.002 * random.normal());
    close = open * Math.exp(0.0003 + 0.009 * random.normal() * (1 + 2 * Math.max(0, Math.sin(index / 60)) ** 4));
    const high = Math.max(open, close) * (1 + 0.004 * random.uniform());
    return {
      time: Date.UTC(2016, 0, 4) + index * dayMs * 1.4,
      open,
      high,
      low: Math.min(open, close) * (1 - 0.004 * random.uniform()),
      close,
    };
  });
  return rows.map((row) => ({ ...row, time: Math.round(row.time / dayMs) * dayMs }));
}

/** A report as an evaluation would write it: five seeds, three baselines, four folds, trades that match the exposure. */
export function fakeReport({ bars, seed }: { bars: number; seed: number }): Report {
  const random = new Random(seed);
  const rows = prices(bars, random);
  let exposure = 0;
  const exposures = rows.map(() => (exposure = random.uniform() < 0.08 ? random.below(3) - 1 : exposure));
  const change = (index: number) => (index === 0 ? 0 : rows[index]!.close / rows[index - 1]!.close - 1);
  const compound = (share: (index: number) => number, cost = 0) => {
    let equity = initial;
    return rows.map((_, index) => (equity *= 1 + change(index) * share(index) - cost));
  };
  const equity = {
    agent: compound((index) => exposures[index - 1] ?? 0),
    "buy-and-hold": compound(() => 1),
    flat: rows.map(() => initial),
    random: compound(() => random.below(3) - 1, 0.00004),
  };
  const trades: Trade[] = rows.flatMap(({ time, close }, index) => {
    const difference = exposures[index]! - (exposures[index - 1] ?? 0);
    if (difference === 0) return [];
    const quantity = Math.round(Math.abs(difference) * 40);
    return [
      {
        time,
        side: difference > 0 ? "buy" : "sell",
        quantity,
        price: close,
        fee: quantity * close * 0.0001,
        realised: 420 * random.normal(),
        positionAfter: exposures[index]! * 40,
      },
    ];
  });
  const metrics = Object.fromEntries(
    Object.entries(equity).map(([name, curve]) => [
      name,
      metricsOf(
        curve,
        name === "agent" || name === "random" ? trades.length : name === "flat" ? 0 : 1,
        name === "flat" ? 0 : name === "agent" ? 0.61 : 1,
      ),
    ]),
  );
  const agent = metrics["agent"]!;
  const stretch = (from: number, to: number, count: number) => ({
    from: rows[0]!.time + from * dayMs,
    to: rows[0]!.time + to * dayMs,
    bars: count,
  });
  const test = { from: rows[0]!.time, to: rows.at(-1)!.time, bars };
  const steps = Array.from({ length: 60 }, (_, index) => (index + 1) * 2048);
  return {
    schema: "tradewind/report@1",
    clock: { createdAt: "2026-01-05T09:30:00.000Z", durationMs: 41_250 },
    name: "S&P 500 demo",
    experimentHash: "c0ffee".repeat(10).slice(0, 64),
    experiment: { data: "sp500", seeds: 5, environment: { name: "single-asset", maxDrawdown: 0.25 } },
    data: {
      symbol: "SPX",
      currency: "USD",
      synthetic: true,
      contentHash: "d4c3b2a1".repeat(8),
      barsPerYear: 252,
      stretch: stretch(-5840, bars, 4_000 + bars),
      lineage: {
        source: "fake report of the tests",
        file: "none",
        sha256: "00".repeat(32),
        package: "vega-datasets",
        version: "3.2.1",
        licence: "BSD-3-Clause",
        note: "Random numbers, drawn for a test.",
      },
    },
    split: { train: stretch(-5840, -1460, 3_000), validation: stretch(-1460, -1, 1_000), test },
    algorithm: { name: "ppo", params: { learningRate: 3e-4, clipCoef: 0.2 }, totalSteps: 122_880 },
    observation: { size: 4, schema: "5f0c".repeat(16), features: ["log-return", "rsi"] },
    verdict: {
      headline: "Not distinguishable from buy-and-hold",
      sentences: [
        "Over the unseen stretch the agent's Sharpe ratio differs from buy-and-hold's by less than chance would explain.",
        "The 95 % interval of the difference contains zero.",
        "Across five seeds the result varies more than it exceeds the baseline.",
      ],
      skill: "indistinguishable",
    },
    strategies: Object.entries(metrics).map(([name, value]) => ({
      name,
      kind: name === "agent" ? ("agent" as const) : ("baseline" as const),
      metrics: value,
    })),
    significance: {
      statistic: "Sharpe difference to buy-and-hold",
      method: "stationary block bootstrap",
      estimate: agent.sharpe! - metrics["buy-and-hold"]!.sharpe!,
      low: -1.31,
      high: 0.92,
      level: 0.95,
      pValue: 0.61,
      blockLength: 12,
      resamples: 2_000,
    },
    seeds: [1, 2, 3, 4, 5].map((value) => ({
      seed: value,
      chosen: value === 3,
      weightsSha256: String(value).repeat(64),
      train: agent,
      validation: agent,
      test: { ...agent, sharpe: agent.sharpe! + 0.2 * random.normal() },
    })),
    generalisation: { trainSharpe: 1.21, testSharpe: agent.sharpe, gap: 1.21 - agent.sharpe!, testSharpeLow: -0.3, testSharpeHigh: 0.6 },
    walkForward: {
      folds: [0, 1, 2, 3].map((fold) => ({
        train: stretch(-5840 + fold * 365, -1460 + fold * 365, 3_000),
        test: stretch(-1459 + fold * 365, -1095 + fold * 365, 252),
        agent,
        buyAndHold: metrics["buy-and-hold"]!,
      })),
      agent,
      buyAndHold: metrics["buy-and-hold"]!,
    },
    series: {
      time: rows.map(({ time }) => time),
      open: rows.map(({ open }) => open),
      high: rows.map(({ high }) => high),
      low: rows.map(({ low }) => low),
      close: rows.map(({ close }) => close),
      exposure: exposures,
      equity,
      drawdown: Object.fromEntries(Object.entries(equity).map(([name, curve]) => [name, drawdownOf(curve)])),
    },
    trades,
    trainingCurves: [1, 2, 3, 4, 5].map((value) => ({
      seed: value,
      steps,
      episodeReturn: steps.map((step, index) => (index < 2 ? null : 0.05 * Math.log1p(step / 20_000) + 0.01 * random.normal())),
      approxKl: steps.map(() => 0.008 + 0.002 * random.uniform()),
      entropy: steps.map((step) => 1.09 - step / 400_000 + 0.01 * random.normal()),
      policyLoss: steps.map(() => -0.01 + 0.003 * random.normal()),
      valueLoss: steps.map((step) => 0.3 / (1 + step / 40_000) + 0.01 * random.uniform()),
      explainedVariance: steps.map((step) => 1 - 1 / (1 + step / 50_000)),
    })),
  };
}
