import { type ErrorCode, UserError } from "../base/index.ts";

/** Builds a part of something larger; what is wrong with its configuration is told by the path in the whole, under the whole's code. */
export function within<Part>(at: string, build: () => Part, code: ErrorCode = "config/invalid"): Part {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof UserError) || error.path === undefined) throw error;
    const path = `${at}.${error.path}`;
    const message = error.message.startsWith(error.path) ? `${at}.${error.message}` : error.message;
    throw new UserError(error.code === "config/invalid" ? code : error.code, message, { path, hint: error.hint, cause: error });
  }
}
