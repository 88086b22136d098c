import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { almgrenChriss, twapHoldings, vwapHoldings } from "../../market/index.ts";
import { schedulePolicy } from "./book-baselines.ts";
import { createOptimalExecution, type OptimalExecutionEnvironment } from "./optimal-execution.ts";
import { ownOrderOf, SlowView } from "./testing/slow-view.ts";

const session = { market: { warmUpMs: 500 }, stepMs: 500, steps: 20 };
const make = (fields: Parameters<typeof createOptimalExecution>[0] = {}, count = 1) =>
  createOptimalExecution({ session, quantityLots: 100, ...fields }, { count, seed: 3 });

/** Plays one whole episode; what is left after each step, the sum of rewards and the final account. */
function episode(environment: OptimalExecutionEnvironment, act: (observations: Float32Array, out: Float32Array) => void) {
  const { quantityLots, orders } = environment.params;
  const actions = new Float32Array(orders === "market" ? 1 : 2);
  const left = [quantityLots];
  const arrival = environment.ledger(0).doubleMidTicks / 2;
  let reward = 0;
  for (;;) {
    act(environment.observations, actions);
    environment.step(actions);
    reward += environment.rewards[0]!;
    const final = environment.finalLedger(0);
    left.push(quantityLots - Math.abs((final ?? environment.ledger(0)).position));
    if (final) return { left, reward, arrival, final, shortfall: environment.finalShortfallBps[0]!, terminated: environment.terminated[0] };
  }
}

const always =
  (...values: number[]) =>
  (_observations: Float32Array, out: Float32Array) =>
    out.set(values);

describe("the reward", () => {
  test.each([
    ["sell", 0],
    ["buy", 0],
    ["sell", 0.4],
  ] as const)("of an order to %s at pace %s sums to minus its shortfall in bps", (side, pace) => {
    const environment = make({ side, session: { ...session, fees: { makerBps: -1, takerBps: 2.5 } } });
    for (let run = 0; run < 20; run++) {
      const { reward, arrival, final, shortfall } = episode(environment, always(pace));
      const paid = side === "sell" ? 100 * arrival - final.soldValue : final.boughtValue - 100 * arrival;
      const expected = (10_000 * (paid + final.fees)) / (100 * arrival);
      expect(shortfall).toBeCloseTo(expected, 9);
      expect(reward).toBeCloseTo(-expected, 3);
      expect(Math.abs(final.position)).toBe(100);
    }
  });

  test("is less by the risk penalty, which falls with the square of what is left", () => {
    const [plain, averse] = [make(), make({ riskPenaltyBps: 3 })];
    const [first, second] = [episode(plain, always(0.2)), episode(averse, always(0.2))];
    expect(second.left).toEqual(first.left);
    const penalty = first.left.slice(1).reduce((sum, left) => sum + 3 * (left / 100) ** 2, 0);
    expect(first.reward - second.reward).toBeCloseTo(penalty, 3);
    expect(second.shortfall).toBe(first.shortfall);
  });

  test("counts what the book cannot take at the end at a worse price, and says so by what is not filled", () => {
    const environment = make({ quantityLots: 100_000, unfilledBps: 500 });
    const { final, shortfall, arrival, terminated, left } = episode(environment, always(-1));
    const unfilled = 100_000 + final.position;
    expect(unfilled).toBeGreaterThan(1000);
    expect(left.at(-1)).toBe(unfilled);
    expect(terminated).toBe(1);
    const worse = (final.doubleMidTicks / 2) * 0.95;
    const cost = 100_000 * arrival - final.soldValue - unfilled * worse;
    expect(shortfall).toBeCloseTo((10_000 * cost) / (100_000 * arrival), 6);
  });
});

describe("the pace", () => {
  test("of 0 trades evenly", () => {
    const { left } = episode(make(), always(0));
    expect(left).toEqual([...twapHoldings(100, 20)]);
  });

  test("of −1 leaves all to the end", () => {
    const { left } = episode(make({ quantityLots: 30 }), always(-1));
    expect(left).toEqual([...Array.from({ length: 20 }, () => 30), 0]);
  });

  test("of 1 is the fastest there is, and the episode ends when all has traded", () => {
    const { left, terminated } = episode(make({ maxPace: 10 }), always(1));
    expect(left.slice(0, 3)).toEqual([100, 50, 24]); // 10 · 100/20, then 10 · 50/19 rounded.
    expect(left.at(-1)).toBe(0);
    expect(left.length).toBeLessThan(21);
    expect(terminated).toBe(1);
  });
});

describe("schedules are followed to the lot", () => {
  const cases = {
    TWAP: twapHoldings(100, 20),
    VWAP: vwapHoldings(
      100,
      Array.from({ length: 20 }, (_, step) => 1 + (step - 10) ** 2),
    ),
    "Almgren & Chriss": almgrenChriss({
      quantity: 100,
      periods: 20,
      volatility: 1,
      permanentImpact: 0,
      temporaryImpact: 0.1,
      riskAversion: 0.01,
    }).holdings,
  };

  test.each(Object.entries(cases))("%s, by market orders", (_name, holdings) => {
    for (const orders of ["market", "market-or-resting"] as const) {
      const environment = make({ maxPace: 20, orders });
      const policy = schedulePolicy(environment, holdings);
      const { left, final } = episode(environment, (observations, out) => policy.decide(observations, 1, out));
      const wanted = [...holdings].map((held) => Math.round(held));
      expect(left).toEqual(wanted.slice(0, wanted.indexOf(0) + 1));
      expect(final.makerLots).toBe(0);
    }
  });
});

describe("resting orders", () => {
  test("trade as makers and pay the maker's fee, and what is left is taken at the end", () => {
    const runs = 40;
    const shortfall = (fields: Parameters<typeof createOptimalExecution>[0], ...action: number[]) => {
      const environment = make({ quantityLots: 10, session: { ...session, fees: { makerBps: -5, takerBps: 5 } }, ...fields });
      let [sum, maker] = [0, 0];
      for (let run = 0; run < runs; run++) {
        const { shortfall, final } = episode(environment, always(...action));
        sum += shortfall / runs;
        maker += final.makerLots;
        expect(final.soldLots).toBe(10);
      }
      return { mean: sum, maker };
    };
    const [taking, resting] = [shortfall({}, 0), shortfall({ orders: "market-or-resting" }, 0.5, -1)];
    expect([taking.maker, resting.maker > 5 * runs]).toEqual([0, true]);
    expect(resting.mean).toBeLessThan(taking.mean - 3);
  });

  test("are as large as the pace says, also where a part has traded since", () => {
    // Orders arrive just before the step ends, so that the book is seen as they left it.
    const environment = make({ orders: "market-or-resting", quantityLots: 200, session: { ...session, latencyMs: 499.999 } });
    const random = new Random(2);
    let partly = 0;
    for (let step = 0; step < 600; step++) {
      const [left, stepsLeft] = [200 + environment.ledger(0).position, session.steps - (step % session.steps)];
      const open = ownOrderOf(environment.book(0), 1, -1)?.lots ?? 0;
      const pace = 0.9 + 0.1 * random.uniform();
      environment.step(Float32Array.of(pace - 1, -1));
      if (environment.terminated[0] === 1) continue;
      const wanted = Math.round(((Math.fround(pace - 1) + 1) * left) / stepsLeft);
      const now = ownOrderOf(environment.book(0), 1, -1)?.lots ?? 0;
      expect(now).toBe(Math.min(wanted, 200 + environment.ledger(0).position));
      if (open > 0 && 200 + environment.ledger(0).position < left) partly++;
    }
    expect(partly).toBeGreaterThan(20);
  });

  test("show in the observation", () => {
    const environment = make({ orders: "market-or-resting" });
    environment.step(Float32Array.of(0, -1));
    const seen = (name: string) => environment.observations[environment.observationNames.indexOf(name)]!;
    expect(seen("resting-share") + (1 - seen("inventory-left"))).toBeCloseTo(0.05, 6);
    environment.step(Float32Array.of(-1, 1));
    expect(seen("resting-share")).toBe(0);
  });
});

test("an observation tells what a plain look at book, log and account does", () => {
  const environment = make({ orders: "market-or-resting", side: "buy", quantityLots: 25 });
  const book = environment.book(0);
  const random = new Random(3);
  let resting = 0;
  for (let run = 0; run < 20; run++) {
    const view = new SlowView(book, 20);
    const arrival = environment.ledger(0).doubleMidTicks;
    for (let step = 1; step < session.steps; step++) {
      environment.step(Float32Array.of(0.5 * random.uniform() - 0.75, 2 * random.uniform() - 1));
      const order = ownOrderOf(book, 1, 1);
      if (order) resting++;
      const { doubleMidTicks, position } = environment.ledger(0);
      const expected = {
        "time-left": 1 - step / session.steps,
        "inventory-left": (25 - position) / 25,
        "resting-share": (order?.lots ?? 0) / 25,
        "price-gain-bps": (10_000 * (arrival - doubleMidTicks)) / arrival,
        "resting-queue": order?.queue ?? 0,
        ...view.look(book),
      };
      expect(Object.keys(expected)).toEqual(environment.observationNames);
      for (const [at, value] of Object.values(expected).entries()) {
        if (Math.abs(environment.observations[at]! - value) > 1e-5 * Math.max(1, Math.abs(value)))
          throw new Error(`${environment.observationNames[at]} is ${environment.observations[at]}, not ${value}`);
      }
    }
    environment.step(Float32Array.of(1, 1));
    expect(environment.terminated[0]).toBe(1);
  }
  expect(resting).toBeGreaterThan(50);
});

test("with latency an order meets the book as it is when it arrives, and not more is traded than is left", () => {
  const random = new Random(1);
  const environment = make({ orders: "market-or-resting", quantityLots: 30, session: { ...session, latencyMs: 400 } });
  for (let run = 0; run < 40; run++) {
    const { final } = episode(environment, (_observations, out) => out.set([2 * random.uniform() - 1, 2 * random.uniform() - 1]));
    expect(final.soldLots).toBe(30);
    expect(final.boughtLots).toBe(0);
  }
});
