import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { Broker, Feed, Instrument, Money } from "../domain/index.ts";
import type { JournalRecord } from "./journal.ts";

/** What a session has to offer to a venue that it connects to. */
export interface ConnectionRequest {
  readonly feed: Feed;
  readonly instrument: Instrument;
  readonly initialCash: Money;
  /** The journal of an earlier run of the session, from which a simulated venue comes to life again. */
  readonly recovered?: readonly JournalRecord[];
}

/** A venue at hand, and the bars as the session is to see them: a simulated venue must see each bar first. */
export interface Connection {
  readonly feed: Feed;
  readonly broker: Broker;
}

/** A kind of venue that a session can trade at. */
export interface BrokerKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  connect(params: ParamsOf<Shape>, request: ConnectionRequest): Connection | Promise<Connection>;
}

/** Declares a broker. It only lends types. */
export const broker = <Shape extends ParamsShape>(definition: BrokerKind<Shape>): BrokerKind<Shape> => definition;
