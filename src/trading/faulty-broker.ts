import type { Random } from "../base/index.ts";
import type { Broker, BrokerAnswer, BrokerEvent, Soon } from "../domain/index.ts";

/** How often what goes wrong, as probabilities. */
export interface Faults {
  /** A request never arrives. */
  readonly lostRequest: number;
  /** A request arrives and is acted on, but its answer is lost. */
  readonly lostAnswer: number;
  /** An event is told twice. */
  readonly duplicate: number;
  /** An event is told at a later poll. */
  readonly delay: number;
}

/**
 * A venue behind a bad line, for tests: it loses requests and answers, and duplicates, delays and reorders events.
 * The same seed repeats a failure.
 */
export function faultyBroker(broker: Broker, random: Random, { lostRequest, lostAnswer, duplicate, delay }: Faults): Broker {
  let held: BrokerEvent[] = [];

  async function request(send: () => Soon<BrokerAnswer>): Promise<BrokerAnswer> {
    if (random.uniform() < lostRequest) return { status: "unreachable", reason: "the request was lost" };
    const answer = await send();
    return random.uniform() < lostAnswer ? { status: "unreachable", reason: "the answer was lost" } : answer;
  }

  return {
    name: `faulty ${broker.name}`,
    submit: (order) => request(() => broker.submit(order)),
    cancel: (orderId) => request(() => broker.cancel(orderId)),
    async poll() {
      const known = [...held, ...(await broker.poll())];
      held = [];
      const told: BrokerEvent[] = [];
      for (const event of known) {
        (random.uniform() < delay ? held : told).push(event);
        if (random.uniform() < duplicate) told.push(event);
      }
      const order = Uint32Array.from(told.keys());
      random.shuffle(order);
      return [...order].map((index) => told[index]!);
    },
    holdings: () => broker.holdings(),
  };
}
