import { UserError } from "../../base/index.ts";

/** The error that work is refused with; fails where it is none of a user's. */
export const refusal = async (work: Promise<unknown>): Promise<UserError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`no UserError but ${String(error)}`);
};
