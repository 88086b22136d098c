import type { Bar, BrokerAnswer, BrokerEvent } from "../../domain/index.ts";
import { BarExchange, Costs } from "../../market/index.ts";
import { broker, type Connection, type ConnectionRequest } from "../broker.ts";

/** The bar exchange as a broker, for backtests and paper trading: each bar passes through it before the session sees it. */
export default broker({
  name: "simulated",
  params: { costs: Costs.prefault({}) },
  connect: ({ costs }, request) => simulatedVenue({ ...request, costs }),
});

/**
 * A feed and a simulated venue tied together. The venue's borrow costs come as charges. Given the journal of an earlier run it
 * lives through the same bars and orders again, and so stands where that venue stood.
 */
export function simulatedVenue({
  feed,
  instrument,
  costs,
  initialCash,
  recovered = [],
}: ConnectionRequest & { readonly costs: Costs }): Connection {
  const exchange = new BarExchange({ instrument, costs, initialCash });
  let news: BrokerEvent[] = [];

  function pass(bar: Bar): void {
    const { events, borrow } = exchange.onBar(bar);
    news.push(...events);
    if (borrow > 0) news.push({ kind: "charge", id: `borrow-${bar.closeTime}`, amount: borrow, reason: "borrow" });
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
