import { UserError } from "../../base/index.ts";
import type { CrowdParams } from "./crowd.ts";
import { fitHawkes, type TypedEvents } from "./fit-hawkes.ts";
import { branchingMatrix, type Excitation, spectralRadius } from "./hawkes-process.ts";
import { flowType, type RecordedFlow } from "./recorded-flow.ts";

/** How background traders are fitted to a recorded flow. */
export interface FlowFitOptions {
  /** Recorded lots in a lot of the synthetic market; 1 unless given. */
  readonly lotsPerLot?: number;
  /** Decays a second to begin with; three of 50, 2 and 0.1 unless given. */
  readonly decays?: readonly number[];
}

/** Parameters of background traders as a recorded flow has them, and what they were fitted from. */
export interface FittedFlow {
  /** Of the trader `zero-intelligence`. */
  readonly zeroIntelligence: CrowdParams & { readonly marketRate: number };
  /** Of the trader `hawkes`. */
  readonly hawkes: CrowdParams & {
    readonly marketRate: number;
    readonly limitFactor: number;
    readonly cancelFactor: number;
    readonly excitation: Excitation;
  };
  /** What was seen: events, seconds, the branching matrix's spectral radius, and the gain in log-likelihood over Poisson processes, an event. */
  readonly evidence: {
    readonly symbol: string;
    readonly events: number;
    readonly seconds: number;
    readonly spectralRadius: number;
    readonly logLikelihoodGain: number;
  };
}

const sizeCount = 16;

/**
 * Fits the background traders to a recorded flow, both sides alike. Zero intelligence: events over time, and cancellations over
 * orders × time, by distance (Cont, Stoikov & Talreja, 2010). Hawkes: maximum likelihood of its six types (`fitHawkes`), of which
 * buys and sells mirror each other; limit orders and cancellations that nothing excited are then a share of those rates.
 */
export function fitFlow(flow: RecordedFlow, { lotsPerLot = 1, decays = [50, 2, 0.1] }: FlowFitOptions = {}): FittedFlow {
  const seconds = flow.durationMs / 1000;
  const perSide = (count: number) => count / (2 * seconds);
  const [limits, cancels] = [countBy(flow, flowType.limitBuy), countBy(flow, flowType.cancelBuy)];
  const [markets, limitTotal, cancelTotal] = [flowType.marketBuy, flowType.limitBuy, flowType.cancelBuy].map((type) => total(flow, type));
  if (!(markets! > 0 && limitTotal! > 0 && cancelTotal! > 0)) {
    throw new UserError("data/too-short", "the recording holds no market orders, no limit orders or no cancellations", {
      path: flow.instrument.symbol,
      hint: "Give a longer recording, or bins of distances that reach its book.",
    });
  }
  const crowd: CrowdParams = {
    distances: [...flow.distances],
    limitRates: limits.map(perSide),
    cancelRates: cancels.map((count, bin) => (flow.restingOrders[bin]! > 0 ? perSide(count) / flow.restingOrders[bin]! : 0)),
    limitLots: quantiles(flow, flowType.limitBuy, lotsPerLot),
    marketLots: quantiles(flow, flowType.marketBuy, lotsPerLot),
    reachTicks: flow.reachTicks,
  };
  const { baseline, logLikelihood, decays: fitted, branching } = fitHawkes(typedEvents(flow), { decays, mirrored: true });
  const excitation = { decays: [...fitted], branching };
  const poisson = [markets!, limitTotal!, cancelTotal!].reduce((sum, count) => sum + count * (Math.log(perSide(count)) - 1), 0);
  return {
    zeroIntelligence: { ...crowd, marketRate: perSide(markets!) },
    hawkes: {
      ...crowd,
      marketRate: baseline[flowType.marketBuy]!,
      limitFactor: baseline[flowType.limitBuy]! / perSide(limitTotal!),
      cancelFactor: baseline[flowType.cancelBuy]! / perSide(cancelTotal!),
      excitation,
    },
    evidence: {
      symbol: flow.instrument.symbol,
      events: flow.count,
      seconds,
      spectralRadius: spectralRadius(branchingMatrix(excitation)),
      logLikelihoodGain: (logLikelihood - poisson) / flow.count,
    },
  };
}

/** Events with their times in seconds, as `fitHawkes` takes them. */
const typedEvents = (flow: RecordedFlow): TypedEvents => ({
  seconds: flow.timeMs.map((timeMs) => timeMs / 1000),
  types: flow.type,
  typeCount: Object.keys(flowType).length,
  watchedSeconds: flow.durationMs / 1000,
});

/** Whether an event is of a kind, on either side; `buyType` is the buyers' type of it. */
const isOf = (flow: RecordedFlow, event: number, buyType: number): boolean => flow.type[event]! >> 1 === buyType >> 1;

const total = (flow: RecordedFlow, buyType: number): number =>
  flow.type.reduce((sum, _type, event) => sum + (isOf(flow, event, buyType) ? 1 : 0), 0);

/** Events of a kind, on both sides, by bin of distances. */
function countBy(flow: RecordedFlow, buyType: number): number[] {
  const counts = flow.distances.map(() => 0);
  for (let event = 0; event < flow.count; event++) {
    if (isOf(flow, event, buyType)) counts[flow.distances.findIndex((end) => flow.distance[event]! <= end)]!++;
  }
  return counts;
}

/** Sizes that cut a kind's sorted sizes into equal parts, at their middles, in the synthetic market's lots and at least one. */
function quantiles(flow: RecordedFlow, buyType: number, lotsPerLot: number): number[] {
  const sorted = flow.lots.filter((_lots, event) => isOf(flow, event, buyType)).sort();
  return Array.from({ length: sizeCount }, (_, index) => {
    const place = Math.floor(((index + 0.5) / sizeCount) * sorted.length);
    return Math.max(1, Math.round(sorted[place]! / lotsPerLot));
  });
}
