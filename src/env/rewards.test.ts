import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { type RewardKind, StepInfo } from "./reward.ts";
import { rewards } from "./rewards/index.ts";

/** One step of an account: what it gains as a share of equity, and what part of that costs took. */
const steps = fc.array(
  fc.record({ gain: fc.double({ min: -0.3, max: 0.3, noNaN: true }), costs: fc.double({ min: 0, max: 0.01, noNaN: true }) }),
  { minLength: 1, maxLength: 200 },
);
const initialEquity = 10 ** 10;

/** The rewards of an episode with these gains; ends early where nothing is left. */
function play(kind: RewardKind, gains: readonly { readonly gain: number; readonly costs: number }[], params: unknown = {}) {
  const rewardOf = kind.start(parseParams(kind.params, params));
  const info = new StepInfo();
  info.initialEquity = info.equity = initialEquity;
  let peak = initialEquity;
  const values = gains.map(({ gain, costs }) => {
    info.previousEquity = info.equity;
    info.equity = Math.round(info.previousEquity * (1 + gain));
    info.charges = info.previousEquity * costs;
    info.peakEquity = peak = Math.max(peak, info.equity);
    return rewardOf(info);
  });
  return { values, finalEquity: info.equity };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe.each(Object.entries<RewardKind>(rewards))("%s", (name, kind) => {
  test("is called as its file, starts from defaults and refuses unknown parameters", () => {
    expect(kind.name).toBe(name);
    expect(() => parseParams(kind.params, { unknown: 1 })).toThrow();
  });

  test("is finite, also for one who does nothing and for one who loses everything", () => {
    fc.assert(
      fc.property(steps, (gains) => {
        expect(play(kind, [...gains, { gain: -1.2, costs: 0.5 }]).values.every(Number.isFinite)).toBe(true);
      }),
      { seed: 1 },
    );
    expect(
      play(
        kind,
        Array.from({ length: 100 }, () => ({ gain: 0, costs: 0 })),
      ).values,
    ).toEqual(new Array(100).fill(0));
  });

  test("adds up to what it claims at every step", () => {
    if (!kind.total) return;
    fc.assert(
      fc.property(steps, (gains) => {
        const { values, finalEquity } = play(kind, gains);
        expect(sum(values)).toBeCloseTo(kind.total!(initialEquity, finalEquity), 9);
      }),
      { seed: 2 },
    );
  });

  test("is the same again when started again, and two at once do not mix", () => {
    fc.assert(
      fc.property(steps, steps, (gains, others) => {
        const alone = play(kind, gains).values;
        play(kind, others);
        expect(play(kind, gains).values).toEqual(alone);
      }),
      { seed: 3, numRuns: 30 },
    );
  });
});

test("simple-return and log-return have a total", () => {
  expect(Object.values<RewardKind>(rewards).flatMap(({ name, total }) => (total ? [name] : []))).toEqual(["log-return", "simple-return"]);
});

test("simple-return is a share of the initial equity, log-return the logarithm", () => {
  const gains = [
    { gain: 0.1, costs: 0 },
    { gain: 0.1, costs: 0 },
  ];
  expect(play(rewards["simple-return"], gains).values).toEqual([0.1, 0.11]);
  const [first, second] = play(rewards["log-return"], gains).values;
  expect(first).toBeCloseTo(Math.log(1.1), 12);
  expect(second).toBeCloseTo(Math.log(1.1), 12);
});

test("risk-adjusted takes costs, volatility and drawdown from the return before costs", () => {
  const params = { costWeight: 3, volatilityWeight: 0.5, drawdownWeight: 0.25, adaptationRate: 0.1 };
  const [first, second] = play(
    rewards["risk-adjusted"],
    [
      { gain: 0.02, costs: 0.001 },
      { gain: -0.04, costs: 0.002 },
    ],
    params,
  ).values as [number, number];
  expect(first).toBeCloseTo(0.021 - 0.003 - 0.5 * Math.sqrt(0.1 * 0.0004), 12);
  expect(second).toBeCloseTo(-0.038 - 0.006 - 0.5 * Math.sqrt(0.9 * 0.1 * 0.0004 + 0.1 * 0.0016) - 0.25 * 0.04, 9);
});

test("with its plain weights risk-adjusted of a free of risk return is that return", () => {
  const plain = { volatilityWeight: 0, drawdownWeight: 0 };
  expect(play(rewards["risk-adjusted"], [{ gain: 0.03, costs: 0.01 }], plain).values[0]).toBeCloseTo(0.03, 12);
});

test("sharpe is mean over deviation of the latest returns", () => {
  const gains = [0.01, -0.02, 0.03, 0.005].map((gain) => ({ gain, costs: 0 }));
  const values = play(rewards.sharpe, gains, { period: 3 }).values;
  const ratio = (returns: readonly number[]) => {
    const mean = sum(returns) / returns.length;
    return mean / Math.sqrt(sum(returns.map((value) => (value - mean) ** 2)) / (returns.length - 1));
  };
  expect(values[0]).toBe(0);
  expect(values[1]).toBeCloseTo(ratio([0.01, -0.02]), 7);
  expect(values[3]).toBeCloseTo(ratio([-0.02, 0.03, 0.005]), 7);
});

test("differential-sharpe is the slope of the exponentially weighted Sharpe ratio in the adaptation rate", () => {
  const gains = [0.01, -0.02, 0.03, 0.005, -0.01, 0.02].map((gain) => ({ gain, costs: 0 }));
  const adaptationRate = 0.1;
  let [mean, square] = [0, 0];
  for (const { gain } of gains.slice(0, -1)) {
    mean += adaptationRate * (gain - mean);
    square += adaptationRate * (gain ** 2 - square);
  }
  const last = gains.at(-1)!.gain;
  const sharpe = (rate: number) =>
    (mean + rate * (last - mean)) / Math.sqrt(square + rate * (last ** 2 - square) - (mean + rate * (last - mean)) ** 2);
  const slope = (sharpe(1e-6) - sharpe(-1e-6)) / 2e-6;
  expect(play(rewards["differential-sharpe"], gains, { adaptationRate }).values.at(-1)).toBeCloseTo(slope, 5);
});
