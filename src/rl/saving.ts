import { UserError } from "../base/index.ts";

/** Says that the disk did not take what training wanted to save; of a failure that has been told so already, the first cause. */
export function notSaved(path: string, failure: unknown): UserError {
  const cause = failure instanceof UserError && failure.code === "training/not-saved" ? failure.cause : failure;
  return new UserError(
    "training/not-saved",
    `Nothing could be saved in ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      path,
      hint: "Make room or give a folder that can be written, then resume from the last checkpoint.",
      cause,
    },
  );
}

/** Does what may find the disk full, and then says so as `training/not-saved`. */
export function saving<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (failure) {
    throw notSaved(path, failure);
  }
}
