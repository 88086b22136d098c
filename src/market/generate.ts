import { z } from "zod";
import { parse, parseParams, UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { type GeneratorKind, GeneratorRequest } from "./generator.ts";
import { generators } from "./generators/index.ts";

const known: Readonly<Record<string, GeneratorKind>> = generators;

/** A generator by name with its parameters, and what is asked of it: the whole statement that repeats the bars. */
export const GeneratorSpecification = GeneratorRequest.extend({
  generator: z.string(),
  params: z.record(z.string(), z.unknown()).prefault({}),
});

export type GeneratorSpecification = z.output<typeof GeneratorSpecification>;

/** Synthetic bars of the generator that a specification names; `source` are real bars, for generators that resample. */
export function generateBars(specification: z.input<typeof GeneratorSpecification>, source: readonly Bars[] = []): readonly Bars[] {
  const { generator: name, params, ...request } = parse(GeneratorSpecification, specification, "generator");
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!kind) {
    throw new UserError("config/invalid", `generator.generator: there is no generator "${name}"`, {
      path: "generator.generator",
      hint: `Known: ${Object.keys(known).join(", ")}.`,
    });
  }
  return kind.generate(parseParams(kind.params, params, "generator.params"), request, source);
}
