import { type Random, UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { applyScenarioOf, calmMarket, type MarketSeries, type ScenarioKind, type ScenarioSpecification } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const known: Readonly<Record<string, ScenarioKind>> = scenarios;

/** Bars after a list of scenarios, one after the other in the order given. Before the earliest onset everything is as it was. */
export const stress = (bars: readonly Bars[], specifications: readonly Parameters<typeof applyScenarioOf>[2][]): readonly MarketSeries[] =>
  specifications.reduce<readonly MarketSeries[]>(
    (market, specification, index) => applyScenarioOf(known, market, specification, `scenarios.${index}`),
    calmMarket(bars),
  );

/** How scenarios are drawn to train under. */
export interface ScenarioSampling {
  /** That a draw brings a scenario at all, from 0 to 1. */
  readonly probability: number;
  /** Which may be drawn, all alike; every one that fits the number of instruments unless given. */
  readonly names?: readonly string[];
  /** How many are drawn, each with that probability; 1 unless given. */
  readonly draws?: number;
}

/** Draws scenarios for domain randomisation, with severities from mild to severe and onsets anywhere in the bars, and states them. */
export function sampleScenarios(
  random: Random,
  bars: readonly Bars[],
  { probability, names = fitting(bars.length), draws = 1 }: ScenarioSampling,
): ScenarioSpecification[] {
  for (const name of names) {
    if (Object.hasOwn(known, name)) continue;
    const hint = `Known: ${Object.keys(known).join(", ")}.`;
    throw new UserError("config/invalid", `there is no scenario "${name}"`, { path: "scenarios.names", hint });
  }
  const { closeTime } = bars[0]!;
  return Array.from({ length: draws }).flatMap(() => {
    if (random.uniform() >= probability || names.length === 0) return [];
    const name = names[random.below(names.length)]!;
    const onsetMs = closeTime[random.below(closeTime.length)]!;
    return [{ scenario: name, params: known[name]!.sample(random), onsetMs, seed: random.bits() }];
  });
}

const fitting = (instruments: number): string[] =>
  Object.values(known)
    .filter(({ leastInstruments = 1 }) => leastInstruments <= instruments)
    .map(({ name }) => name);
