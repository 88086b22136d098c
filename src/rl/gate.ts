import { UserError } from "../base/index.ts";
import { type Policy, type Space, type VectorEnvironment, widthOf } from "../env/index.ts";
import { combine } from "./ensemble.ts";
import gate, { controllerSchema } from "./ensembles/gate.ts";
import { train, type TrainedAgent, type TrainOptions } from "./train.ts";

/** Numbers of a controller lie within ± this: the softmax can put e¹⁰ times the weight of one member on another. */
const bound = 5;

/**
 * An environment in which an action weighs policies instead of acting: one number a member, of which the softmax mixes what the
 * members prefer, just as the ensemble `gate` does. It shows what the environment within shows, under another schema, for a
 * controller alone is no policy of that environment.
 */
export function gatedEnvironment(environment: VectorEnvironment, members: readonly Policy[]): VectorEnvironment {
  const { count, observationSpace, observationSchema, observations, finalObservations, rewards, terminated, truncated, constraintCosts } =
    environment;
  const actionSpace: Space = { kind: "box", size: members.length, low: -bound, high: bound };
  const schema = controllerSchema(observationSchema, members.length);
  const actions = new Float32Array(count * widthOf(environment.actionSpace));
  let given: ArrayLike<number> = [];
  const controller: Policy = {
    observationSchema: schema,
    observationSize: observations.length / count,
    actionSpace,
    decide: (_observations, _count, out) => out.set(given),
  };
  if (members[0]?.observationSchema !== observationSchema) {
    throw new UserError("model/schema-mismatch", "The members see other observations than the environment gives.", {
      path: "members",
      hint: "Use the features, window and environment that the members were trained with.",
    });
  }
  const policy = combine(gate, members, {}, controller);
  if (policy.fresh) {
    throw new UserError("config/invalid", "Members that remember cannot be weighed in training, which is to be resumed exactly.", {
      path: "members",
      hint: "Give members without memory; the other kinds of ensemble take both.",
    });
  }
  return {
    count,
    observationSpace,
    actionSpace,
    observationSchema: schema,
    observations,
    finalObservations,
    rewards,
    terminated,
    truncated,
    ...(constraintCosts && { constraintCosts }),
    reset: (seed) => environment.reset(seed),
    step(weighing) {
      given = weighing;
      policy.decide(observations, count, actions);
      environment.step(actions);
    },
    save: () => environment.save(),
    restore: (state) => environment.restore(state),
  };
}

/** Trains the controller of a `gate` ensemble: as `train`, in the environment in which actions weigh the members. */
export function trainGate(members: readonly Policy[], options: TrainOptions): Promise<TrainedAgent> {
  const { evaluate } = options;
  const environment = gatedEnvironment(options.environment, members);
  if (!evaluate) return train({ ...options, environment });
  // Evaluating where training goes on is refused, so the same environment must stay the same.
  const other = evaluate.environment === options.environment ? environment : gatedEnvironment(evaluate.environment, members);
  return train({ ...options, environment, evaluate: { ...evaluate, environment: other } });
}
