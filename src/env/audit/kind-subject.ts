import type { ParamsInput, ParamsShape } from "../../base/index.ts";
import type { Bars } from "../../domain/index.ts";
import { defaultFeatures, type FeatureMatrix, featurePipeline } from "../../features/index.ts";
import { createVectorEnvironment, type EnvironmentOptions } from "../batched-environment.ts";
import type { EnvironmentKind } from "../environment.ts";
import { createEnvironment } from "../single-environment.ts";
import { chooseReward, EnvironmentSpecification } from "../specification.ts";
import { barSubject } from "./bar-subject.ts";
import { accountBooks } from "./books.ts";
import type { AuditSubject } from "./subject.ts";

/** What an environment's kind is audited with: bars, its parameters, and how it is rewarded. */
export interface KindSubject<Shape extends ParamsShape> {
  readonly bars: Bars;
  readonly params?: ParamsInput<Shape>;
  /** By name and with its default parameters; `log-return` unless given. */
  readonly reward?: string;
  readonly name?: string;
}

const episodeSteps = 60;
const window = 2;

/** The audit subject of an environment as a file declares it, over bars with the default features. */
export function kindSubject<Shape extends ParamsShape>(
  kind: EnvironmentKind<Shape>,
  {
    bars,
    params = {} as ParamsInput<Shape>,
    reward = "log-return",
    name = `${kind.name} on ${bars.instrument.symbol}`,
  }: KindSubject<Shape>,
): AuditSubject {
  const pipeline = featurePipeline(defaultFeatures);
  const known = new WeakMap<Bars, FeatureMatrix>();
  const featuresOf = (data: Bars): FeatureMatrix => {
    const features = known.get(data) ?? pipeline.batch(data);
    known.set(data, features);
    return features;
  };
  const specification = EnvironmentSpecification.parse({
    environment: { name: kind.name, params },
    reward: { name: reward },
    window,
    episode: { maxSteps: episodeSteps },
  });
  const options = (data: Bars, seed: number, maxSteps: number | undefined): Omit<EnvironmentOptions, "count"> => ({
    ...specification,
    available: { [kind.name]: kind as unknown as EnvironmentKind },
    // A limit of the audit's own comes with a fixed start, which does not depend on it.
    ...(maxSteps !== undefined && { episode: { maxSteps, randomStart: false } }),
    bars: data,
    features: featuresOf(data),
    pipelineHash: pipeline.hash,
    from: 0,
    to: data.close.length,
    seed,
  });
  const { total } = chooseReward(specification).kind;
  return barSubject({
    name,
    bars,
    make: (data, { count, seed, maxSteps }) => createVectorEnvironment({ ...options(data, seed, maxSteps), count }),
    grantsMaxSteps: true,
    timeMs: ({ observedAt }, index) => observedAt[index]!,
    books: accountBooks,
    single: ({ seed }) => createEnvironment(options(bars, seed, undefined)),
    ...(total && { rewardTotal: total }),
  });
}
