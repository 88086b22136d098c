import { z } from "zod";
import { type ParamsInput, type ParamsOf, type ParamsShape, type Random } from "../../base/index.ts";
import type { FlowConditions } from "./conditions.ts";

/** A stretch of time with its own conditions. */
export interface Phase extends Partial<Readonly<FlowConditions>> {
  readonly durationMs: number;
  /** Where somebody drives the price, as shares of the mid at the onset: in a straight line from the one to the other. */
  readonly path?: { readonly from: number; readonly to: number; readonly lots: number };
  /** By how much of the price the book opens elsewhere at the beginning, above 0 higher. */
  readonly gap?: number;
}

/** Something that may befall a synthetic market, as phases that follow one another. */
export interface FlowScenarioKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** Parameters drawn at random, from mild to severe, to train under. */
  sample(random: Random): ParamsInput<Shape>;
  phases(params: ParamsOf<Shape>): readonly Phase[];
}

/** Declares a scenario of a synthetic market; it only lends types. */
export const flowScenario = <Shape extends ParamsShape>(kind: FlowScenarioKind<Shape>): FlowScenarioKind<Shape> => kind;

/** How long something lasts, in ms. */
export const lastingMs = (ms: number) => z.number().positive().default(ms);

/** A factor of a rate. */
export const factor = (value: number) => z.number().min(0).max(1000).default(value);

/** A scenario of a synthetic market as a report states it: what befalls it, and when, in ms of the session. It is without chance of its own. */
export const FlowScenarioSpecification = z.strictObject({
  scenario: z.string(),
  params: z.record(z.string(), z.unknown()).prefault({}),
  onsetMs: z.number().min(0),
});

export type FlowScenarioSpecification = z.input<typeof FlowScenarioSpecification>;
