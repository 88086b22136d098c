import { UserError } from "../base/index.ts";
import { type Space, widthOf } from "./space.ts";

/** Whether a number belongs to an action: one of the choices, or within the bounds of the box. */
export const isWithin = (space: Space, action: number): boolean =>
  space.kind === "box" ? action >= space.low && action <= space.high : isChoice(space.count, action);

/** The same where an environment takes a number beyond a box's bounds for the bound. */
export const isBoundable = (space: Space, action: number): boolean =>
  space.kind === "box" ? Number.isFinite(action) : isChoice(space.count, action);

const isChoice = (count: number, action: number) => action >= 0 && action < count && Math.floor(action) === action;

/** Refuses all but one action for each of `count` environments or agents, with `environment/invalid-action`. */
export function requireActions(
  space: Space,
  count: number,
  actions: ArrayLike<number>,
  accepts: (space: Space, action: number) => boolean,
): void {
  const width = widthOf(space);
  if (actions.length !== count * width) {
    throw new UserError("environment/invalid-action", `${actions.length} numbers for ${count} actions of ${width}`, {
      path: "actions",
      hint: "Give one choice for each, or as many numbers for each as the box has.",
    });
  }
  for (let at = 0; at < actions.length; at++) {
    if (accepts(space, actions[at]!)) continue;
    throw new UserError("environment/invalid-action", `${actions[at]} is not an action of ${JSON.stringify(space)}`, {
      path: `actions.${at}`,
      hint: "Give whole numbers below the count of choices, or numbers within the bounds of the box.",
    });
  }
}
