import type { VendorFailure } from "../vendor-failure.ts";
import type { ErrorClass } from "./library.ts";

type Classified = Exclude<VendorFailure, { kind: "nothing" | "daily-limit" }>;

const message = "";
const throttled: Classified = { kind: "throttled", message };
const broken: Classified = { kind: "broken", message };
const refused = (why: "key" | "plan" | "symbol" | "request"): Classified => ({ kind: "refused", why, message });

/** What ccxt's error classes mean; of a class and one it extends, the narrower stands first. */
const meanings: readonly (readonly [className: string, meaning: Classified])[] = [
  ["RateLimitExceeded", throttled],
  ["DDoSProtection", throttled],
  ["BadSymbol", refused("symbol")],
  ["PermissionDenied", refused("plan")],
  ["AuthenticationError", refused("key")],
  ["RestrictedLocation", refused("plan")],
  ["RequestTimeout", broken],
  ["OnMaintenance", broken],
  ["ExchangeNotAvailable", broken],
  ["OperationFailed", broken],
];

/** Statuses that ccxt counts among the failures of a server, but that asking again does not change; 451 is a country not served. */
const lasting = new Set([400, 404, 405, 410, 451]);

/** What an error of ccxt's means; its message is left to the caller. `status` is that of the answer, 0 where there was none. */
export function classify(error: Error, errors: Readonly<Record<string, ErrorClass>>, status: number): Classified {
  const isOf = (className: string) => className in errors && error instanceof errors[className]!;
  if (lasting.has(status) && isOf("ExchangeNotAvailable")) return refused("request");
  return meanings.find(([className]) => isOf(className))?.[1] ?? refused("request");
}
