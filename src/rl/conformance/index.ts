import { acrobot } from "./acrobot.ts";
import { cartPole } from "./cart-pole.ts";
import { masked } from "./dynamics.ts";
import { mountainCarContinuous } from "./mountain-car-continuous.ts";
import { pendulum } from "./pendulum.ts";

export type { Dynamics } from "./dynamics.ts";
export { conformanceEnvironment } from "./environment.ts";

/** The control problems that published results are compared on, and those whose velocities are hidden. */
export const conformanceProblems = {
  acrobot,
  cartPole,
  mountainCarContinuous,
  pendulum,
  cartPoleWithoutVelocity: masked(cartPole, [1, 3]),
  mountainCarContinuousWithoutVelocity: masked(mountainCarContinuous, [1]),
  pendulumWithoutVelocity: masked(pendulum, [2]),
} as const;
