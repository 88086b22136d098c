import { z } from "zod";
import { parse, type ParamsInput, parseParams, UserError } from "../base/index.ts";
import type { Indicator, Unit } from "./indicator.ts";
import type { indicators } from "./indicators/index.ts";

/** One feature of a pipeline: an indicator by name, its parameters, which of its outputs, and what to call it. */
export const FeatureSpec = z.strictObject({
  indicator: z.string().min(1),
  params: z.record(z.string(), z.unknown()).exactOptional(),
  output: z.string().min(1).exactOptional(),
  name: z.string().min(1).exactOptional(),
});

/** One feature as a person writes it in a configuration. */
export type FeatureSpec = z.infer<typeof FeatureSpec>;

type SpecOf<Name extends string, Kind> =
  Kind extends Indicator<infer Shape, infer _Inputs, infer Outputs>
    ? { readonly indicator: Name; readonly params?: ParamsInput<Shape>; readonly output?: Outputs[number]; readonly name?: string }
    : never;

/** A feature of Tradewind's own indicators, for those who write TypeScript: a misspelt indicator, parameter or output does not compile. */
export type BuiltInFeature = { [Name in keyof typeof indicators]: SpecOf<Name, (typeof indicators)[Name]> }[keyof typeof indicators];

/** Fifteen stationary features of trend, momentum, volatility and volume; ready after 49 bars. */
export const defaultFeatures = [
  { indicator: "log-return", params: { period: 1 } },
  { indicator: "log-return", params: { period: 5 } },
  { indicator: "log-return", params: { period: 20 } },
  { indicator: "sma", params: { period: 50 } },
  { indicator: "ema", params: { period: 20 } },
  { indicator: "macd", output: "histogram" },
  { indicator: "rsi" },
  { indicator: "stochastic", output: "k" },
  { indicator: "adx" },
  { indicator: "bollinger", output: "percentB" },
  { indicator: "bollinger", output: "bandwidth" },
  { indicator: "atr" },
  { indicator: "rolling-volatility" },
  { indicator: "rolling-z-score", params: { period: 50 } },
  { indicator: "volume-ratio" },
] as const satisfies readonly BuiltInFeature[];

/** A feature with everything looked up. */
export interface Feature {
  /** As written, with every default filled in. */
  readonly spec: FeatureSpec & { readonly name: string; readonly params: Record<string, unknown> };
  readonly kind: Indicator;
  /** Index among the indicator's outputs. */
  readonly output: number;
  readonly unit: Unit;
}

const invalid = (path: string, message: string, hint: string) => new UserError("config/invalid", `${path}: ${message}`, { path, hint });

function resolveOutput(kind: Indicator, output: string | undefined, path: string): number {
  const known =
    kind.outputs.length === 0 ? `${kind.name} has a single output: leave the field out.` : `Known outputs: ${kind.outputs.join(", ")}.`;
  if (output === undefined && kind.outputs.length === 0) return 0;
  if (output === undefined) throw invalid(path, `${kind.name} has several outputs`, known);
  const index = kind.outputs.indexOf(output);
  if (index < 0) throw invalid(path, `unknown output "${output}"`, known);
  return index;
}

function resolveFeature(spec: FeatureSpec, path: string, available: Readonly<Record<string, Indicator>>): Feature {
  const kind = Object.hasOwn(available, spec.indicator) ? available[spec.indicator] : undefined;
  if (!kind)
    throw invalid(`${path}.indicator`, `unknown indicator "${spec.indicator}"`, `Known indicators: ${Object.keys(available).join(", ")}.`);
  const params: Record<string, unknown> = parseParams(kind.params, spec.params, `${path}.params`);
  const output = resolveOutput(kind, spec.output, `${path}.output`);
  const outputPart = spec.output === undefined ? {} : { output: spec.output };
  const name = spec.name ?? [spec.indicator, ...Object.values(params), ...Object.values(outputPart)].join("-");
  const unit = typeof kind.unit === "string" ? kind.unit : kind.unit[kind.outputs[output]!]!;
  return { spec: { indicator: spec.indicator, params, ...outputPart, name }, kind, output, unit };
}

/** Looks up what the specifications name. Anything unknown, misspelt or named twice is `config/invalid` with its path. */
export function resolveFeatures(specs: readonly FeatureSpec[], available: Readonly<Record<string, Indicator>>): readonly Feature[] {
  const features = parse(z.array(FeatureSpec).min(1), specs, "features").map((spec, index) =>
    resolveFeature(spec, `features.${index}`, available),
  );
  const names = features.map(({ spec }) => spec.name);
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) throw invalid(`features.${twice}.name`, `"${names[twice]}" is there already`, "Give each feature a name of its own.");
  return features;
}
