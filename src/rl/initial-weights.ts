import { UserError } from "../base/index.ts";
import { formatShape, type NamedTensor, type Parameters } from "../graph/index.ts";
import { loadWeights } from "./model-folder.ts";
import type { ObservationNormaliser } from "./normaliser.ts";
import type { MomentsState } from "./state.ts";

/** What a trained network consists of: its parameters by name, and the statistics that its observations are normalised with. */
export interface ModelWeights {
  readonly tensors: Readonly<Record<string, NamedTensor>>;
  readonly observationMoments?: MomentsState | undefined;
}

/** Where a network begins instead of at random. */
export interface InitialWeightsOptions {
  /** A model folder, or the weights of an agent or a forecaster. */
  readonly from: string | ModelWeights;
  /** Takes what fits by name and shape, which must be something, and leaves the rest as it was initialised. */
  readonly allowPartial?: boolean;
}

/** Weights for a learner to begin with. */
export class InitialWeights {
  /** Whether a learner has taken them. */
  applied = false;
  private readonly weights: ModelWeights;
  private readonly allowPartial: boolean;

  constructor({ from, allowPartial = false }: InitialWeightsOptions) {
    this.weights = typeof from === "string" ? loadWeights(from) : from;
    this.allowPartial = allowPartial;
  }

  /** Writes the weights into a network's parameters, which may lie in several blocks, and its normaliser. */
  apply(blocks: Parameters | readonly Parameters[], normaliser?: ObservationNormaliser): void {
    const targets = Object.assign({}, ...[blocks].flat().map(({ tensors }) => tensors)) as Parameters["tensors"];
    const mismatch = this.mismatchWith(targets, normaliser);
    if (mismatch && !this.allowPartial) throw mismatch;
    let taken = 0;
    for (const [name, target] of Object.entries(targets)) {
      const source = this.weights.tensors[name];
      if (!source || formatShape(source.shape) !== formatShape(target.shape)) continue;
      target.attributes.data.set(source.data);
      taken++;
    }
    if (taken === 0) throw refused("", "No parameter has the name and the shape of one of the network's.");
    const { observationMoments } = this.weights;
    if (observationMoments && normaliser?.moments.mean.length === observationMoments.mean.length) normaliser.restore(observationMoments);
    this.applied = true;
  }

  /** The first difference between what there is and what the network has, if any. */
  private mismatchWith(targets: Parameters["tensors"], normaliser: ObservationNormaliser | undefined): UserError | undefined {
    const { tensors, observationMoments } = this.weights;
    for (const [name, { shape }] of Object.entries(targets)) {
      const found = tensors[name]?.shape;
      if (!found) return refused(name, `The network has ${name} ${formatShape(shape)}, of which there are no weights.`);
      if (formatShape(found) !== formatShape(shape))
        return refused(name, `The network's ${name} is ${formatShape(shape)}, the weights are ${formatShape(found)}.`);
    }
    const unknown = Object.keys(tensors).find((name) => !Object.hasOwn(targets, name));
    if (unknown !== undefined) return refused(unknown, `There are weights of ${unknown}, which the network does not have.`);
    const [theirs, ours] = [observationMoments?.mean.length ?? 0, normaliser?.moments.mean.length ?? 0];
    if (theirs === ours) return undefined;
    return refused(
      "observationMoments",
      `The network normalises ${ours} numbers of an observation, the weights were learned with ${theirs}.`,
    );
  }
}

const refused = (name: string, what: string): UserError =>
  new UserError("config/invalid", `The initial weights do not fit. ${what}`, {
    path: name === "" ? "initialWeights" : `initialWeights.${name}`,
    hint: "Use the parameters of the model that they come from, or set allowPartial to take what fits.",
  });

/** The same weights under other names: every name that begins with a key is found under each of that key's prefixes instead. */
export function renamedWeights({ tensors }: ModelWeights, prefixes: Readonly<Record<string, readonly string[]>>): ModelWeights {
  const renamed: Record<string, NamedTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const from = Object.keys(prefixes).find((prefix) => name === prefix || name.startsWith(`${prefix}/`));
    for (const to of from === undefined ? [] : prefixes[from]!) renamed[to + name.slice(from!.length)] = tensor;
  }
  return { tensors: renamed };
}
