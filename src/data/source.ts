import { type ParamsOf, type ParamsShape, parseParams } from "../base/index.ts";
import type { ImportedBars } from "./read-bars-file.ts";

/** Where bars can be had from. */
export interface Source<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Made up rather than observed. */
  readonly synthetic: boolean;
  readonly params: Shape;
  load(params: ParamsOf<Shape>): Promise<ImportedBars>;
}

/** Declares a source; it only lends types. */
export const source = <const Shape extends ParamsShape>(definition: Source<Shape>): Source<Shape> => definition;

/** Loads from a source with parameters as a person gave them; wrong ones are a `UserError`. */
export const loadSource = (from: Source, params: unknown = {}): Promise<ImportedBars> =>
  from.load(parseParams(from.params, params, `sources.${from.name}`));
