import { z } from "zod";
import { FlowScenarioSpecification } from "./flow-scenario.ts";
import { FundamentalSpecification } from "./fundamental.ts";
import { flowPresets } from "./presets.ts";

const presetNames = Object.keys(flowPresets) as (keyof typeof flowPresets)[];

/** A synthetic market in full: with a seed it repeats every message. Times are ms, prices ticks. What is left out is the preset's. */
export const FlowSpecification = z
  .strictObject({
    /** One of `flowPresets`; Poisson order flow of Cont, Stoikov & Talreja (2010) unless given. */
    preset: z.enum(presetNames).optional(),
    /** Around which price the book is filled. */
    startTicks: z.int().min(2).optional(),
    /** How long traders trade before the session begins. */
    warmUpMs: z.number().min(0).optional(),
    /** Who trades: kinds of `traders/` by name, with their parameters, and how many of each. */
    traders: z
      .array(
        z.strictObject({
          name: z.string(),
          params: z.record(z.string(), z.unknown()).prefault({}),
          count: z.int().min(1).max(10_000).default(1),
        }),
      )
      .min(1)
      .optional(),
    fundamental: FundamentalSpecification.prefault({}),
    /** What befalls the market in every session that does not say otherwise. */
    scenarios: z.array(FlowScenarioSpecification).max(100).prefault([]),
  })
  .transform(({ preset = "zero-intelligence", startTicks, warmUpMs, traders, fundamental, scenarios }) => {
    const chosen = flowPresets[preset];
    return {
      startTicks: startTicks ?? chosen.startTicks,
      warmUpMs: warmUpMs ?? chosen.warmUpMs,
      traders: traders ?? chosen.traders.map(({ name, params = {}, count = 1 }) => ({ name, params, count })),
      fundamental,
      scenarios,
    };
  });

export type FlowSpecification = z.input<typeof FlowSpecification>;
