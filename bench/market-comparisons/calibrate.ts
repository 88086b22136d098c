import {
  constantSpreadPolicy,
  createMarketMaking,
  createOptimalExecution,
  type MarketMaking,
  type OptimalExecution,
} from "../../src/env/index.ts";
import { type ArrivalIntensity, costToTake, fitArrivalIntensity } from "../../src/market/index.ts";

const count = 40;
const quietSeed = 500_000; // Far from the seeds of training and of evaluation.
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The line through points by least squares, as [value at 0, slope]. */
function lineThrough(points: readonly (readonly [x: number, y: number])[]): [number, number] {
  const [x, y] = [mean(points.map((point) => point[0])), mean(points.map((point) => point[1]))];
  const slope = mean(points.map((point) => (point[0] - x) * (point[1] - y))) / mean(points.map((point) => (point[0] - x) ** 2));
  return [y - slope * x, slope];
}

/** What Almgren & Chriss ask of a market: prices in ticks, quantities in lots, time in seconds. */
export interface ImpactFacts {
  readonly volatility: number;
  readonly fixedCost: number;
  readonly temporaryImpact: number;
  readonly permanentImpact: number;
}

/** Mid price changes over whole sessions in which the agent does nothing: σ² is their variance a second. */
function volatilityOf(spec: OptimalExecution): number {
  const { steps, stepMs } = spec.session;
  const environment = createOptimalExecution({ ...spec, orders: "market" }, { count, seed: quietSeed });
  const nothing = new Float32Array(count).fill(-1);
  const changes: number[] = [];
  for (let session = 0; session < 10; session++) {
    environment.reset(quietSeed + session);
    const start = Array.from({ length: count }, (_, index) => environment.ledger(index).doubleMidTicks / 2);
    for (let step = 0; step < steps - 1; step++) environment.step(nothing);
    start.forEach((price, index) => changes.push(environment.ledger(index).doubleMidTicks / 2 - price));
  }
  return Math.sqrt(mean(changes.map((change) => change ** 2)) / (((steps - 1) * stepMs) / 1000));
}

/**
 * Impact as simulated: what taking n lots at once costs a lot against the mid, a line in n (ε and the temporary part), and by how
 * much the mid has moved per lot ten steps after such a trade, over sessions with and without it (the permanent part).
 */
export function impactOf(spec: OptimalExecution): ImpactFacts {
  const period = spec.session.stepMs / 1000;
  const even = spec.quantityLots / spec.session.steps;
  const sizes = [1, 2, 3, 4, 6].map((times) => Math.max(1, Math.round(times * even)));
  const side = spec.side === "buy" ? 1 : -1;
  const costs: [number, number][] = [];
  const shifts: number[] = [];
  const environment = createOptimalExecution({ ...spec, orders: "market", maxPace: spec.session.steps }, { count });
  for (let session = 0; session < 25; session++) {
    const wanted = sizes.at(-1)!;
    const ends = [0, wanted].map((lots) => {
      environment.reset(quietSeed + session);
      const mids = Array.from({ length: count }, (_, index) => environment.ledger(index).doubleMidTicks / 2);
      if (lots > 0) {
        for (let index = 0; index < count; index++) {
          for (const size of sizes) {
            const { lots: taken, value } = costToTake(environment.book(index), side, size, side > 0 ? Infinity : 0);
            if (taken === size) costs.push([size, side * (value / size - mids[index]!)]);
          }
        }
      }
      const pace = (lots * spec.session.steps) / spec.quantityLots;
      environment.step(new Float32Array(count).fill(pace < 1 ? pace - 1 : (pace - 1) / (spec.session.steps - 1)));
      for (let step = 0; step < 10; step++) environment.step(new Float32Array(count).fill(-1));
      return mids.map((mid, index) => side * (environment.ledger(index).doubleMidTicks / 2 - mid));
    });
    shifts.push(mean(ends[1]!) - mean(ends[0]!));
  }
  const [fixedCost, slope] = lineThrough(costs);
  return {
    volatility: volatilityOf(spec),
    fixedCost,
    temporaryImpact: slope * period,
    permanentImpact: Math.max(0, mean(shifts) / sizes.at(-1)!),
  };
}

/** Lots that takers trade in each step of a session in which the agent does nothing, on average. */
export function volumesOf(spec: OptimalExecution): Float64Array {
  const environment = createOptimalExecution({ ...spec, orders: "market" }, { count, seed: quietSeed });
  const volumes = new Float64Array(spec.session.steps);
  const nothing = new Float32Array(count).fill(-1);
  for (let session = 0; session < 10; session++) {
    environment.reset(quietSeed + session);
    for (let step = 0; step < spec.session.steps; step++) {
      environment.step(nothing);
      for (let index = 0; index < count; index++) volumes[step]! += environment.tradedLots(index) / (10 * count);
    }
  }
  volumes[spec.session.steps - 1] = volumes[spec.session.steps - 2]!; // In the last step the whole order has been dumped.
  return volumes;
}

/** What Avellaneda & Stoikov ask of a market: σ in ticks a √second, and how often a quote of the environment's size trades, a second. */
export interface ArrivalFacts extends ArrivalIntensity {
  readonly volatility: number;
}

/** Fills of quotes that stand at one distance, for several distances, and the law A·e^(−kδ) fitted to them. */
export function arrivalsOf(spec: MarketMaking): ArrivalFacts {
  const seconds = (spec.session.steps * spec.session.stepMs) / 1000;
  const distances = [1, 1.5, 2, 3, 4, 5, 6].filter((distance) => distance <= spec.maxOffsetTicks);
  const free = { ...spec, maxInventoryLots: 100_000, maxLoss: null, closesAtEnd: false };
  const changes: number[] = [];
  const fills = distances.map((distance) => {
    const environment = createMarketMaking(free, { count });
    const policy = constantSpreadPolicy(environment, distance);
    const actions = new Float32Array(2 * count);
    let lots = 0;
    for (let session = 0; session < 5; session++) {
      environment.reset(quietSeed + session);
      const start = Array.from({ length: count }, (_, index) => environment.ledger(index).doubleMidTicks / 2);
      for (let step = 0; step < spec.session.steps; step++) {
        policy.decide(environment.observations, count, actions);
        environment.step(actions);
      }
      for (let index = 0; index < count; index++) {
        const { makerLots, doubleMidTicks } = environment.finalLedger(index)!;
        lots += makerLots;
        if (distance === distances.at(-1)) changes.push(doubleMidTicks / 2 - start[index]!); // Quotes far off disturb least.
      }
    }
    return lots / spec.quoteLots;
  });
  const law = fitArrivalIntensity(
    distances,
    fills,
    distances.map(() => 2 * 5 * count * seconds),
  );
  if (law === null) throw new Error("fills do not fall off with the distance of quotes: there is no law to fit");
  return { ...law, volatility: Math.sqrt(mean(changes.map((change) => change ** 2)) / seconds) };
}
