import { UserError } from "../../base/index.ts";

/** The error for a line of a recording that makes no sense. `what` says why, as part of a sentence. */
export const damagedLine = (path: string, number: number, what: string, cause?: unknown): UserError =>
  new UserError("data/invalid-value", `${path}, line ${number}: ${what}`, {
    path,
    hint: "Compare the line with its neighbours; one that cannot be read must not be guessed.",
    cause,
  });
