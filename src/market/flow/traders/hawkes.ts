import { z } from "zod";
import { Crowd, crowdParams } from "../crowd.ts";
import { branchingMatrix, Excitation, HawkesProcess, spectralRadius } from "../hawkes-process.ts";
import { OwnOrders } from "../own-orders.ts";
import { flowType } from "../recorded-flow.ts";
import { invalidTrader, perSecond, trader } from "../trader.ts";

const { marketBuy, marketSell, limitBuy, limitSell, cancelBuy, cancelSell } = flowType;
const types = Object.keys(flowType).length;
const triesToCancel = 32;

/** Each type excites itself by `own`, its counterpart on the other side by `other`, and all else a little. */
const matrix = (own: number, other: number) =>
  Array.from({ length: types }, (_, i) => Array.from({ length: types }, (_, j) => (i === j ? own : i >> 1 === j >> 1 ? other : 0.01)));

/**
 * Order flow in which events excite one another: market orders, limit orders and cancellations of either side are a Hawkes process
 * of six types with exponential kernels (Bacry, Mastromatteo & Muzy, 2015). `excitation` has rows and columns in the order market
 * buy, market sell, limit buy, limit sell, cancelled buy, cancelled sell. The rates are of what happens of its own accord; a
 * cancellation that was excited strikes any resting order of its side, sooner one whose own rate is greater, and as many in the
 * mean as rest now for one that rests ordinarily: intensities that depend on queues as well (Wu, Rambaldi, Muzy & Bacry, 2019) keep
 * excitement from emptying a side.
 */
export default trader({
  name: "hawkes",
  params: {
    ...crowdParams,
    marketRate: perSecond(0.3),
    limitFactor: z.number().min(0).default(0.5).describe("of the limit rates, what happens of its own accord"),
    cancelFactor: z.number().min(0).default(0.5).describe("of the rates of cancellation, what happens of its own accord"),
    excitation: Excitation.prefault({ decays: [20, 0.5], branching: [matrix(0.25, 0.02), matrix(0.2, 0.02)] }),
  },
  start({ marketRate, limitFactor, cancelFactor, excitation, ...params }, floor, owner) {
    requireStationary(excitation);
    const crowd = new Crowd(floor, owner, params);
    const process = new HawkesProcess({ baseline: new Array<number>(types).fill(0), ...excitation });
    const [bids, asks] = [new OwnOrders(), new OwnOrders()];
    const { conditions } = floor;
    let atMs = 0; // When the process was last brought up to date.

    const pass = (): void => {
      process.pass((floor.timeMs - atMs) / 1000);
      atMs = floor.timeMs;
    };
    /** An order of its own accord, which may find that it has traded or that it stays; says whether one was cancelled. */
    const cancelOwn = (orders: OwnOrders): boolean => orders.count > 0 && crowd.cancelAny(orders) === "cancelled";
    const cancelExcited = (orders: OwnOrders): boolean => {
      const share = (conditions.cancelFactor * orders.count) / crowd.restingOrders;
      const wanted = Math.floor(share + floor.random.uniform());
      let cancelled = 0;
      for (let tries = triesToCancel; tries > 0 && cancelled < wanted && orders.count > 0; tries--) {
        if (crowd.cancelAny(orders) === "cancelled") cancelled++;
      }
      return cancelled > 0;
    };
    const cancel = (orders: OwnOrders): boolean => (process.isOwnAccord ? cancelOwn(orders) : cancelExcited(orders));
    /** Conditions hold back what is excited too; they bring on only what is done of one's own accord. */
    const isDiscouraged = (type: number): boolean => {
      const factor = type <= marketSell ? conditions.marketFactor : conditions.limitFactor;
      return factor < 1 && floor.random.uniform() >= factor;
    };
    const happen = (type: number): boolean => {
      if (type === cancelBuy) return cancel(bids);
      if (type === cancelSell) return cancel(asks);
      if (!process.isOwnAccord && isDiscouraged(type)) return false;
      if (type === limitBuy) crowd.place(1, bids);
      else if (type === limitSell) crowd.place(-1, asks);
      else crowd.take(type === marketBuy ? 1 : -1);
      return true;
    };

    return {
      open() {
        process.reset();
        atMs = floor.timeMs;
        crowd.open((side) => (side > 0 ? bids : asks));
      },
      waitMs() {
        pass();
        const { baseline } = process;
        const cancelRate = crowd.fastestCancel * cancelFactor * conditions.cancelFactor;
        baseline[marketBuy] = baseline[marketSell] = marketRate * conditions.marketFactor;
        baseline[limitBuy] = baseline[limitSell] = crowd.limitRate * limitFactor * conditions.limitFactor;
        baseline[cancelBuy] = cancelRate * bids.count;
        baseline[cancelSell] = cancelRate * asks.count;
        return 1000 * process.drawWait(floor.random);
      },
      act() {
        pass();
        const type = process.drawType(floor.random);
        if (happen(type)) process.excite(type);
      },
    };
  },
});

function requireStationary(excitation: Excitation): void {
  const isSixfold = excitation.branching.every((each) => each.length === types && each.every((row) => row.length === types));
  if (!isSixfold || excitation.branching.length !== excitation.decays.length) {
    throw invalidTrader("excitation", "has not one matrix of 6 × 6 for each decay", "Give branching[decay][caused][cause].");
  }
  const radius = spectralRadius(branchingMatrix(excitation));
  if (radius >= 1) {
    throw invalidTrader("excitation", `explodes: its spectral radius is ${radius.toFixed(3)}`, "Lower the branching until it is below 1.");
  }
}
