import { UserError } from "../../base/index.ts";

/** Why a vendor refuses what it understood. */
export type Refusal = "key" | "plan" | "symbol" | "request";

/**
 * What an answer that holds no data means:
 * - `nothing`: there is no data of that time, which is an answer as well;
 * - `throttled`: asked too often; `retryAfterMs` where the vendor says how long to wait;
 * - `daily-limit`: asked too often today, or this month;
 * - `refused`: asking again would not help;
 * - `broken`: not what the vendor means to say; asking again may help.
 */
export type VendorFailure =
  | { readonly kind: "nothing" }
  | { readonly kind: "throttled"; readonly message: string; readonly retryAfterMs?: number | undefined }
  | { readonly kind: "daily-limit"; readonly message: string }
  | { readonly kind: "refused"; readonly why: Refusal; readonly message: string }
  | { readonly kind: "broken"; readonly message: string };

/** What the HTTP status says, where the vendor's own words say nothing. */
export function failureOfStatus(status: number, message: string): VendorFailure | undefined {
  if (status === 429) return { kind: "throttled", message };
  if (status === 408 || status === 425 || status >= 500) return { kind: "broken", message };
  if (status === 401) return { kind: "refused", why: "key", message };
  if (status === 402 || status === 403) return { kind: "refused", why: "plan", message };
  if (status === 404) return { kind: "refused", why: "symbol", message };
  return status >= 300 ? { kind: "refused", why: "request", message } : undefined;
}

/** Who is asked, for messages: the vendor's name and the environment variables that hold its key. */
export interface VendorNames {
  readonly vendor: string;
  readonly variables: readonly string[];
}

/** A failure that is final, as the error that a person reads. `message` holds no secret. */
export function vendorError({ vendor, variables }: VendorNames, failure: Exclude<VendorFailure, { kind: "nothing" }>): UserError {
  const path = vendor;
  const { message } = failure;
  if (failure.kind === "refused") {
    return new UserError("data/vendor-refused", `${vendor} refuses: ${message}`, { path, hint: refusalHints(variables)[failure.why] });
  }
  if (failure.kind === "daily-limit") {
    const hint = "Go on when the vendor counts anew, mostly the next day: what is stored already is not asked for again.";
    return new UserError("data/vendor-limit", `${vendor} has answered as often as the plan allows: ${message}`, { path, hint });
  }
  if (failure.kind === "throttled") {
    const hint = "Wait a while and run it again, or set requestsPerMinute lower; what is stored already is not asked for again.";
    return new UserError("data/vendor-limit", `${vendor} is asked too often: ${message}`, { path, hint });
  }
  const hint = "See that the network reaches the vendor, and run it again: what is stored already is not asked for again.";
  return new UserError("data/vendor-unreachable", `${vendor} gave no whole answer: ${message}`, { path, hint });
}

const refusalHints = (variables: readonly string[]): Record<Refusal, string> => ({
  key: variables.length === 0 ? "The vendor asks for a key where none was due: try later." : `Check the key in ${variables.join(" and ")}.`,
  plan: "The plan of this key does not cover it: ask for less (another time, interval or adjustment, or no corporate actions), or change the plan.",
  symbol: "Check the symbol as this vendor writes it.",
  request: "Correct what was asked for; the vendor's own words say what it takes.",
});
