import { UserError } from "../base/index.ts";
import type { LearnerState } from "./algorithm.ts";

/** Copies saved arrays into those of the same names. One that is missing or of another length is `checkpoint/invalid`. */
export function restoreArrays({ arrays }: LearnerState, targets: Readonly<Record<string, Float32Array>>): void {
  for (const [name, target] of Object.entries(targets)) {
    if (arrays[name]?.length !== target.length) {
      throw new UserError(
        "checkpoint/invalid",
        `The checkpoint holds ${arrays[name]?.length ?? 0} numbers for ${name}, not ${target.length}.`,
        {
          path: name,
          hint: "It comes from another network or another environment; resume with the configuration it was made with.",
        },
      );
    }
    target.set(arrays[name]);
  }
}
