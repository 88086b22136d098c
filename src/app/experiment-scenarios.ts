import { z } from "zod";
import { parseParams, UserError } from "../base/index.ts";
import { scenarios } from "../market/index.ts";

/** Domain randomisation: versions of the training stretch that scenarios have befallen, learned from beside the calm one. */
const ScenarioTraining = z.strictObject({
  /** That a draw brings a scenario at all. */
  probability: z.number().min(0).max(1).default(1),
  /** Which may be drawn; every one that fits one instrument unless given. */
  names: z.array(z.string()).min(1).exactOptional(),
  /** Scenarios that are drawn for a version, each with that probability. */
  draws: z.int().min(1).max(10).default(1),
  /** Versions besides the calm one. The environments are spread over all of them. */
  variants: z.int().min(1).max(64).default(3),
});

export type ScenarioTraining = z.output<typeof ScenarioTraining>;

/** A scenario that befalls the test stretch, with its onset as a share of that stretch or as a day (UTC). */
const ScenarioTest = z.strictObject({
  scenario: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  seed: z.int().min(0).default(0),
  onset: z.union([z.number().min(0).lt(1), z.iso.date()]).default(0.5),
});

export type ScenarioTest = z.output<typeof ScenarioTest>;

/** Scenarios in training, in evaluation, or in both. */
export const ScenariosSpec = z
  .strictObject({ training: ScenarioTraining.exactOptional(), evaluation: z.array(ScenarioTest).min(1).max(50).exactOptional() })
  .refine(({ training, evaluation }) => training !== undefined || evaluation !== undefined, "give training, evaluation or both");

export type ScenariosSpec = z.output<typeof ScenariosSpec>;

const path = "experiment.scenarios";

/** Refuses scenarios that there are not, or not for one instrument, wrong parameters, and versions that no environment is left for. */
export function checkScenarios({ training, evaluation }: ScenariosSpec, environments: number): void {
  training?.names?.forEach((name, index) => scenarioOf(name, `${path}.training.names.${index}`));
  evaluation?.forEach(({ scenario, params }, index) => {
    const { params: shape } = scenarioOf(scenario, `${path}.evaluation.${index}.scenario`);
    parseParams(shape, params, `${path}.evaluation.${index}.params`);
  });
  if (training && training.variants >= environments) {
    const versions = `${training.variants} versions and the calm one for ${environments} environments`;
    throw refused(`${path}.training.variants`, versions, "Raise `environments`, or ask for fewer versions.");
  }
}

function scenarioOf(name: string, place: string) {
  const known = Object.values(scenarios).filter(({ leastInstruments = 1 }) => leastInstruments <= 1);
  const kind = known.find((each) => each.name === name);
  if (kind) return kind;
  const reason = Object.hasOwn(scenarios, name) ? `"${name}" takes several instruments` : `there is no scenario "${name}"`;
  throw refused(place, reason, `Known for one instrument: ${known.map((each) => each.name).join(", ")}.`);
}

const refused = (place: string, reason: string, hint: string) =>
  new UserError("config/invalid", `${place}: ${reason}`, { path: place, hint });
