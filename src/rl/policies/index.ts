export { actorCritic, type ActorCritic } from "./actor-critic.ts";
export { type Sampler, sampler } from "./sampling.ts";
