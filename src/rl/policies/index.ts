export { actorCritic, type ActorCritic, type ActorCriticSpec } from "./actor-critic.ts";
export { type ActionDistribution, categorical, diagonalGaussian } from "./distributions.ts";
export { type SampledActions, type Sampler, sampler } from "./sampling.ts";
