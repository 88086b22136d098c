import type { Random } from "../../base/index.ts";
import type { FlowScenarioSpecification } from "./flow-scenario.ts";
import { knownFlowScenarios, scenarioKind } from "./scenario-course.ts";

/** How scenarios of a synthetic market are drawn to train under. */
export interface FlowScenarioSampling {
  /** That a draw brings a scenario at all, from 0 to 1. */
  readonly probability: number;
  /** Onsets are anywhere in the first so many ms of a session. */
  readonly withinMs: number;
  /** Which may be drawn, all alike; every one unless given. */
  readonly names?: readonly string[];
  /** How many are drawn, each with that probability; 1 unless given. */
  readonly draws?: number;
}

/** Draws scenarios for domain randomisation, from mild to severe, and states them: to be given to `BookMarket.reset`. */
export function sampleFlowScenarios(
  random: Random,
  { probability, withinMs, names = Object.keys(knownFlowScenarios), draws = 1 }: FlowScenarioSampling,
): FlowScenarioSpecification[] {
  const kinds = names.map((name) => scenarioKind(name, "scenarios.names"));
  return Array.from({ length: draws }).flatMap(() => {
    if (random.uniform() >= probability || kinds.length === 0) return [];
    const kind = kinds[random.below(kinds.length)]!;
    return [{ scenario: kind.name, params: kind.sample(random), onsetMs: withinMs * random.uniform() }];
  });
}
