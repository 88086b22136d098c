import { Crowd, crowdParams } from "../crowd.ts";
import { OwnOrders } from "../own-orders.ts";
import { eitherSide, exponentialMs, perSecond, trader } from "../trader.ts";

/**
 * Everybody who trades without a thought, taken together: limit orders arrive at each distance from the other side's best price,
 * market orders arrive, `marketRate` of a side, and each resting order is cancelled, all as independent Poisson processes (Smith,
 * Farmer, Gillemot & Krishnamurthy, 2003; Cont, Stoikov & Talreja, 2010).
 */
export default trader({
  name: "zero-intelligence",
  params: { ...crowdParams, marketRate: perSecond(0.94) },
  start({ marketRate, ...params }, floor, owner) {
    const crowd = new Crowd(floor, owner, params);
    const orders = new OwnOrders();
    const { conditions } = floor;
    const limitTotal = () => 2 * crowd.limitRate * conditions.limitFactor;
    const marketTotal = () => 2 * marketRate * conditions.marketFactor;
    const cancelTotal = () => orders.count * crowd.fastestCancel * conditions.cancelFactor;
    return {
      open: () => crowd.open(() => orders),
      waitMs: () => exponentialMs(floor.random, limitTotal() + marketTotal() + cancelTotal()),
      act() {
        const { random } = floor;
        const [limits, markets] = [limitTotal(), marketTotal()];
        const roll = random.uniform() * (limits + markets + cancelTotal());
        if (roll < limits) crowd.place(eitherSide(random), orders);
        else if (roll < limits + markets) crowd.take(eitherSide(random));
        else if (orders.count > 0) crowd.cancelAny(orders);
      },
    };
  },
});
