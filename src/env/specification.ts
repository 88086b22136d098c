import { z } from "zod";
import { hashOf, type ParamsOf, type ParamsShape, parseParams, UserError } from "../base/index.ts";
import { Costs } from "../market/index.ts";
import type { EnvironmentKind } from "./environment.ts";
import { environments } from "./environments/index.ts";
import { rewards } from "./rewards/index.ts";
import type { RewardKind } from "./reward.ts";
import type { Space } from "./space.ts";

const extension = z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()).default({}) });

/**
 * An environment but for its data, as configurations and model manifests hold it. `window` is in bars, `initialCash` in quote
 * currency; an episode of `maxSteps: null` runs to the end of the data.
 */
export const EnvironmentSpecification = z.strictObject({
  environment: extension.prefault({ name: "single-asset" }),
  reward: extension.prefault({ name: "log-return" }),
  window: z.int().min(1).default(1),
  costs: Costs.prefault({}),
  initialCash: z.number().positive().default(100_000),
  episode: z.strictObject({ maxSteps: z.int().min(1).nullable().default(null), randomStart: z.boolean().default(true) }).prefault({}),
});

export type EnvironmentSpecification = z.output<typeof EnvironmentSpecification>;

/** An extension of a kind with its parameters filled in. */
export interface Chosen<Kind> {
  readonly kind: Kind;
  readonly params: ParamsOf<ParamsShape>;
}

/** The environment that a specification names, of those that are `available`: the built-in ones unless given. */
export const chooseEnvironment = ({
  environment,
  available = environments,
}: Pick<EnvironmentSpecification, "environment"> & {
  readonly available?: Readonly<Record<string, EnvironmentKind>>;
}): Chosen<EnvironmentKind> => choose<EnvironmentKind>(available, environment, "environment");

/** The reward that a specification names, likewise. */
export const chooseReward = ({
  reward,
  availableRewards = rewards,
}: Pick<EnvironmentSpecification, "reward"> & { readonly availableRewards?: Readonly<Record<string, RewardKind>> }): Chosen<RewardKind> =>
  choose<RewardKind>(availableRewards, reward, "reward");

/** What an observation is made of, number by number, with the hash that a policy has to agree to. */
export interface ObservationLayout {
  readonly size: number;
  /** A name for each number, such as `rsi`, `rsi@-1` for the bar before, `account.exposure`. */
  readonly names: readonly string[];
  readonly actionSpace: Space;
  readonly schema: string;
}

/** The layout that an environment, a window in bars and a feature pipeline give. */
export function layoutOf(
  { kind, params }: Chosen<EnvironmentKind>,
  window: number,
  features: { readonly names: readonly string[]; readonly hash: string },
): ObservationLayout {
  const rows = Array.from({ length: window }, (_, index) => window - 1 - index);
  const featureNames = rows.flatMap((age) => features.names.map((name) => (age === 0 ? name : `${name}@-${age}`)));
  const names = [...featureNames, ...kind.accountFields.map((field) => `account.${field}`)];
  const actionSpace = kind.actionSpace(params);
  const schema = hashOf({ environment: kind.name, params, window, features: features.names, pipeline: features.hash, names, actionSpace });
  return { size: names.length, names, actionSpace, schema };
}

function choose<Kind extends { readonly params: ParamsShape }>(
  kinds: Readonly<Record<string, Kind>>,
  { name, params }: { readonly name: string; readonly params: unknown },
  path: string,
): Chosen<Kind> {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind) {
    throw new UserError("config/invalid", `${path}.name: there is no ${path} "${name}"`, {
      path: `${path}.name`,
      hint: `Known: ${Object.keys(kinds).join(", ")}.`,
    });
  }
  return { kind, params: parseParams(kind.params, params, `${path}.params`) };
}
