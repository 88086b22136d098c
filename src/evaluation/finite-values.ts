import { UserError } from "../base/index.ts";

/** Refuses a series with a value that is no number, as `data/invalid-value`; `name` is what the series is called. */
export function checkFinite(values: ArrayLike<number>, name: string): void {
  for (let bar = 0; bar < values.length; bar++) {
    if (Number.isFinite(values[bar])) continue;
    throw new UserError("data/invalid-value", `${name}: the value of bar ${bar} is ${values[bar]}`, {
      path: `${name}.${bar}`,
      hint: "Find out where it comes from; a figure over it would mean nothing.",
    });
  }
}
