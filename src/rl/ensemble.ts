import { type ParamsOf, type ParamsShape, parseParams, UserError } from "../base/index.ts";
import { type Explanation, type ExplainingPolicy, type Policy, type PolicyWithMemory, type Space, widthOf } from "../env/index.ts";

/** What a way of combining sees of its members. */
export interface EnsembleContext {
  readonly memberCount: number;
  readonly observationSchema: string;
  readonly actionSpace: Space;
  /** The policy that weighs the members, for a kind that has one. */
  readonly controller: Policy | undefined;
}

/**
 * Combines for `count` observations what the members prefer: probabilities of each choice, or numbers within their bounds, row after
 * row. Into `out` goes the same of the ensemble, and into `weights` [count × members] how much each member had to say.
 */
export type Combine = (
  observations: Float32Array,
  count: number,
  preferences: readonly Float32Array[],
  out: Float32Array,
  weights: Float32Array,
) => void;

/** A way of making one policy of several. */
export interface EnsembleKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** Whether a trained policy weighs the members. */
  readonly hasController: boolean;
  start(context: EnsembleContext, params: ParamsOf<Shape>): Combine;
}

/** Declares a way of combining policies; lends types and nothing else. */
export const ensembleKind = <Shape extends ParamsShape>(kind: EnsembleKind<Shape>): EnsembleKind<Shape> => kind;

/** One policy made of several, which sees what they see. It explains itself where all of them do. */
export interface Combined<Member extends Policy = Policy> extends Policy {
  readonly members: readonly Member[];
  /** How much each member has to say about one observation; the shares sum to 1. */
  weigh(observation: Float32Array): number[];
}

/** An ensemble of such members, which explains itself where each of them does. */
export type Ensembled<Member extends Policy> = Combined<Member> & (Member extends ExplainingPolicy ? ExplainingPolicy : object);

/** Makes one policy of several by a kind of ensemble; members must agree in what they see and do. */
export function combine<Member extends Policy>(
  kind: EnsembleKind,
  members: readonly Member[],
  params: unknown,
  controller?: Policy,
): Ensembled<Member> {
  return combined(kind, members, params, controller) as Ensembled<Member>;
}

function combined(
  kind: EnsembleKind,
  members: readonly Policy[],
  params: unknown,
  controller: Policy | undefined,
): Combined & Partial<ExplainingPolicy> {
  requireAgreement(members);
  const { observationSchema, observationSize, actionSpace } = members[0]!;
  const width = preferenceWidth(actionSpace);
  requireController(kind, controller);
  const mixing = kind.start({ memberCount: members.length, observationSchema, actionSpace, controller }, parseParams(kind.params, params));
  let scratch = allocate(1);

  function allocate(count: number) {
    return {
      count,
      preferences: members.map(() => new Float32Array(count * width)),
      combined: new Float32Array(count * width),
      weights: new Float32Array(count * members.length),
    };
  }

  function run(observations: Float32Array, count: number, remember = false) {
    if (scratch.count !== count) scratch = allocate(count);
    members.forEach((member, index) => preferencesOf(member, observations, count, scratch.preferences[index]!, remember));
    mixing(observations, count, scratch.preferences, scratch.combined, scratch.weights);
    return scratch;
  }

  const decide: Policy["decide"] = (observations, count, out) => takeBest(actionSpace, run(observations, count, true).combined, count, out);
  const plain: Combined = {
    observationSchema,
    observationSize,
    actionSpace,
    members,
    decide,
    weigh: (observation) => [...run(observation, 1).weights],
    ...(members.some(({ fresh }) => fresh) && { fresh: () => withMemory(kind, members, params, controller) }),
  };
  if (!members.every(isExplaining)) return plain;
  return {
    ...plain,
    ...(actionSpace.kind === "discrete" && {
      preferences: (observations: Float32Array, count: number, out: Float32Array) => out.set(run(observations, count).combined),
    }),
    explain(observation) {
      const scratched = run(observation, 1);
      const [shown, shares] = [[...scratched.combined], [...scratched.weights]];
      const action = new Float32Array(widthOf(actionSpace));
      takeBest(actionSpace, scratched.combined, 1, action);
      return explanationOf(
        actionSpace,
        [...action],
        shown,
        shares,
        members.map((member) => member.explain(observation)),
      );
    },
  };
}

/** The same ensemble of the same members, each with an empty memory of its own. */
function withMemory(kind: EnsembleKind, members: readonly Policy[], params: unknown, controller: Policy | undefined): PolicyWithMemory {
  const own = members.map((member) => member.fresh?.() ?? member);
  const forgetting = own.filter((member): member is PolicyWithMemory => "forget" in member && member.fresh !== undefined);
  return { ...combined(kind, own, params, controller), forget: (row) => forgetting.forEach((member) => member.forget(row)) };
}

const isExplaining = (policy: Policy): policy is ExplainingPolicy => "explain" in policy;

/** Numbers in which a policy says what it prefers. */
const preferenceWidth = (space: Space): number => (space.kind === "discrete" ? space.count : space.size);

/**
 * What a policy prefers for each of `count` observations: probabilities of choices, all on one where it only decides; or numbers. One
 * that remembers takes them for the next of each row where it is to remember them, and else only looks.
 */
function preferencesOf(
  policy: Policy & Partial<ExplainingPolicy>,
  observations: Float32Array,
  count: number,
  out: Float32Array,
  remember: boolean,
): void {
  const { actionSpace, observationSize, preferences, explain } = policy;
  const remembers = policy.fresh !== undefined;
  const width = preferenceWidth(actionSpace);
  if (preferences) {
    preferences(observations, count, out);
    if (remember && remembers) policy.decide(observations, count, new Float32Array(count));
  } else if (explain && (remembers ? !remember : actionSpace.kind === "discrete")) {
    for (let row = 0; row < count; row++) {
      const { probabilities, action } = explain(observations.subarray(row * observationSize, (row + 1) * observationSize));
      out.set(probabilities ?? action, row * width);
    }
  } else if (actionSpace.kind === "box") policy.decide(observations, count, out);
  else {
    const choices = new Float32Array(count);
    policy.decide(observations, count, choices);
    out.fill(0);
    choices.forEach((choice, row) => (out[row * width + choice] = 1));
  }
}

/** The choice with the highest share in each row, the first of equals; numbers within their bounds. */
function takeBest(space: Space, combined: Float32Array, count: number, out: Float32Array): void {
  if (space.kind === "box") {
    for (let at = 0; at < count * space.size; at++) out[at] = Math.min(Math.max(combined[at]!, space.low), space.high);
    return;
  }
  for (let row = 0; row < count; row++) {
    let best = 0;
    for (let choice = 1; choice < space.count; choice++)
      if (combined[row * space.count + choice]! > combined[row * space.count + best]!) best = choice;
    out[row] = best;
  }
}

/** The value is the members' by their shares. The deviation of numbers is that of the mixture: within members and between them. */
function explanationOf(
  space: Space,
  action: readonly number[],
  combined: readonly number[],
  shares: readonly number[],
  parts: readonly Explanation[],
): Explanation {
  const value = parts.reduce((sum, part, member) => sum + shares[member]! * part.value, 0);
  if (space.kind === "discrete") return { action, probabilities: combined, value };
  const standardDeviation = combined.map((mean, at) => {
    const spread = parts.reduce((sum, part, member) => {
      const within = part.standardDeviation?.[at] ?? 0;
      return sum + shares[member]! * (within ** 2 + ((part.mean?.[at] ?? part.action[at]!) - mean) ** 2);
    }, 0);
    return Math.sqrt(spread);
  });
  return { action, mean: combined, standardDeviation, value };
}

function requireAgreement(members: readonly Policy[]): void {
  const [first, ...others] = members;
  if (!first)
    throw new UserError("config/invalid", "An ensemble has at least one member.", {
      path: "members",
      hint: "Give the policies to combine.",
    });
  others.forEach((member, index) => {
    const path = `members.${index + 1}`;
    const hint = "Train all members in the same environment, with the same features, window and scaler.";
    if (member.observationSchema !== first.observationSchema || member.observationSize !== first.observationSize) {
      const what = `sees observation ${member.observationSchema}, member 0 sees ${first.observationSchema}`;
      throw new UserError("model/schema-mismatch", `Member ${index + 1} ${what}.`, { path, hint });
    }
    const [theirs, ours] = [member, first].map(({ actionSpace }) => boundsOf(actionSpace));
    if (theirs !== ours)
      throw new UserError("model/schema-mismatch", `Member ${index + 1} chooses among ${theirs}, member 0 among ${ours}.`, { path, hint });
  });
}

function requireController({ name, hasController }: EnsembleKind, controller: Policy | undefined): void {
  if (controller?.fresh) {
    throw new UserError("config/invalid", "A controller decides from the observation alone; this one remembers.", {
      path: "controller",
      hint: "Train it with an algorithm without memory, such as ppo.",
    });
  }
  if (hasController === (controller !== undefined)) return;
  throw new UserError("config/invalid", `An ensemble "${name}" ${hasController ? "needs a" : "has no"} controller.`, {
    path: "controller",
    hint: hasController ? "Train one with trainGate." : 'Leave it out, or use the kind "gate".',
  });
}

const boundsOf = (space: Space): string =>
  space.kind === "discrete" ? `${space.count} choices` : `${space.size} numbers from ${space.low} to ${space.high}`;
