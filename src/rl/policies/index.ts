export { actorCritic, type ActorCritic, type ActorOutputs, networkParams } from "./actor-critic.ts";
export { recurrentActorCritic, type RecurrentActorCritic, recurrentNetworkParams } from "./recurrent-actor-critic.ts";
export { type ActorResults, type Sampler, sampler } from "./sampling.ts";
export { stateDependentVariance } from "./state-dependent.ts";
