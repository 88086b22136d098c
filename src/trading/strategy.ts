import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { Agent } from "./agent.ts";

/** A rule that trades without having learned: to be compared with, or to be imitated. */
export interface Strategy<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** A fresh agent that follows the rule, for one session. */
  agent(params: ParamsOf<Shape>): Agent;
}

/** Declares a strategy; it only lends types. */
export const strategy = <Shape extends ParamsShape>(definition: Strategy<Shape>): Strategy<Shape> => definition;
