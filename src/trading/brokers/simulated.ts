import type { Bar, BrokerAnswer, BrokerEvent } from "../../domain/index.ts";
import { type BarConditions, BarExchange, Costs, VenueTerms } from "../../market/index.ts";
import { broker, type Connection, type ConnectionRequest } from "../broker.ts";

/** The bar exchange as a broker, for backtests and paper trading: each bar passes through it before the session sees it. */
export default broker({
  name: "simulated",
  params: { costs: Costs.prefault({}), terms: VenueTerms.optional() },
  connect: ({ costs, terms }, request) => simulatedVenue({ ...request, costs, ...(terms && { terms }) }),
});

/**
 * A feed and a simulated venue tied together. What the venue takes or gives outside fills comes as charges. Given the journal of an earlier run it
 * lives through the same bars and orders again, and so stands where that venue stood. `conditionsAt` are those of the bar that
 * closes at a time, ordinary ones unless given.
 */
export function simulatedVenue({
  feed,
  instrument,
  costs,
  initialCash,
  terms,
  conditionsAt,
  recovered = [],
}: ConnectionRequest & {
  readonly costs: Costs;
  readonly terms?: VenueTerms;
  readonly conditionsAt?: (closeTime: number) => BarConditions;
}): Connection {
  const exchange = new BarExchange({ instrument, costs, initialCash, ...(terms && { terms }) });
  let news: BrokerEvent[] = [];

  function pass(bar: Bar): void {
    const { events, borrow, interest } = exchange.onBar(bar, conditionsAt?.(bar.closeTime));
    news.push(...events);
    for (const [reason, amount] of Object.entries({ borrow, interest }))
      if (amount !== 0) news.push({ kind: "charge", id: `${reason}-${bar.closeTime}`, amount, reason });
  }

  function cancel(orderId: string): BrokerAnswer {
    const answer = exchange.cancel(orderId);
    if (answer.status === "accepted") news.push({ kind: "cancelled", orderId, reason: "on request" });
    return answer;
  }

  for (const record of recovered) {
    if (record.kind === "bar") pass(record.bar);
    if (record.kind === "order") exchange.submit(record.order);
    if (record.kind === "cancel") cancel(record.orderId);
  }
  return {
    feed: {
      name: feed.name,
      async *bars(signal) {
        for await (const bar of feed.bars(signal)) {
          pass(bar);
          yield bar;
        }
      },
    },
    broker: {
      name: "simulated",
      submit: async (order) => exchange.submit(order),
      cancel: async (orderId) => cancel(orderId),
      async poll() {
        const told = news;
        news = [];
        return told;
      },
      holdings: async () => ({ position: exchange.account.position, cash: exchange.account.cash }),
    },
  };
}
