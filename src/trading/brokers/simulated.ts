import type { Bar, BrokerAnswer, BrokerEvent } from "../../domain/index.ts";
import { type BarConditions, BarExchange, Costs, quietBar, VenueTerms } from "../../market/index.ts";
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
    const outcome = exchange.onBar(bar, conditionsAt?.(bar.closeTime));
    if (outcome === quietBar) return;
    const { events, borrow, interest } = outcome;
    if (events.length > 0) news = [...news, ...events];
    if (borrow !== 0) news.push(charge("borrow", borrow, bar));
    if (interest !== 0) news.push(charge("interest", interest, bar));
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
    feed: { name: feed.name, bars: (signal) => seenFirst(feed.bars(signal), pass) },
    broker: {
      name: "simulated",
      submit: (order) => exchange.submit(order),
      cancel,
      poll() {
        if (news.length === 0) return noNews;
        const told = news;
        news = [];
        return told;
      },
      holdings: () => ({ position: exchange.account.position, cash: exchange.account.cash }),
    },
  };
}

const charge = (reason: string, amount: number, { closeTime }: Bar): BrokerEvent => ({
  kind: "charge",
  id: `${reason}-${closeTime}`,
  amount,
  reason,
});

const noNews: readonly BrokerEvent[] = Object.freeze([]);

/** Shows each bar to the venue before anyone else sees it; at once where the bars are at hand. */
function seenFirst(bars: AsyncIterable<Bar> | Iterable<Bar>, pass: (bar: Bar) => void): AsyncIterable<Bar> | Iterable<Bar> {
  if (Symbol.asyncIterator in bars) {
    return (async function* () {
      for await (const bar of bars) {
        pass(bar);
        yield bar;
      }
    })();
  }
  const inner = bars[Symbol.iterator]();
  return {
    [Symbol.iterator]: () => ({
      next() {
        const result = inner.next();
        if (result.done !== true) pass(result.value);
        return result;
      },
      return: (value) => inner.return?.(value) ?? { done: true, value: undefined },
    }),
  };
}
