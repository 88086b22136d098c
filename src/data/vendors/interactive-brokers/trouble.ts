import { UserError } from "../../../base/index.ts";

/**
 * Why a request to the gateway had no answer, where asking again may help:
 * - `disconnected`: no connection to the gateway, or it ended in the middle;
 * - `interrupted`: the gateway lost its own servers, or dropped the question, and is ready again;
 * - `silent`: nothing came in time;
 * - `taken`: another connection has our client id, which may be our own that ended;
 * - `pacing`: the broker found the requests too many.
 */
export type TroubleKind = "disconnected" | "interrupted" | "silent" | "taken" | "pacing";

/** A request to the gateway that went wrong in a way that may pass. */
export class GatewayTrouble extends Error {
  override name = "GatewayTrouble";
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Message codes of the gateway itself, whatever was asked. */
export const systemCode = {
  clientIdTaken: 326,
  connectionLost: 1100,
  restoredDataLost: 1101,
  restored: 1102,
} as const;

const historyService = 162;
const historyQueryLost = 366;
const tooManyMessages = [100, 420];
const noSecurity = 200;
const invalidRequest = 321;
const notSubscribed = [354, 10089, 10090, 10168, 10186, 10187];
const connectionCodes = [502, 504, 507, 509];

/** Messages about a question that is being answered all the same. */
export const isWarning = (code: number): boolean => code === 165 || (code >= 2100 && code < 2200);

/** What an error that answers a request means: `no-data` is an answer as well, trouble may pass, and the rest is a `UserError`. */
export function failureOf(code: number, message: string, symbol: string): "no-data" | GatewayTrouble | UserError {
  if (code === historyService && /returned no data|no head time ?stamp/i.test(message)) return "no-data";
  if ((code === historyService && /pacing violation/i.test(message)) || tooManyMessages.includes(code)) {
    return new GatewayTrouble("pacing", message);
  }
  if (connectionCodes.includes(code)) return new GatewayTrouble("disconnected", message);
  const mayPass = code === historyService && /disconnect|connect(?:ion)? attempt|timed? ?out|cancel|unavailable/i.test(message);
  if (mayPass || code === historyQueryLost) return new GatewayTrouble("interrupted", message);
  return refusal(code, message, symbol);
}

function refusal(code: number, message: string, symbol: string): UserError {
  const told = `Interactive Brokers refused ${symbol} (error ${code}): ${message}`;
  if (code === noSecurity) {
    const hint =
      "Check the symbol, and give type, exchange and currency; futures need an expiry, and an ambiguous stock its primaryExchange.";
    return new UserError("data/vendor-refused", told, { path: "symbol", hint });
  }
  if (notSubscribed.includes(code) || /permission|subscri/i.test(message)) {
    const hint = "Subscribe to the market data of that exchange in the account's settings, or ask for what the account may see.";
    return new UserError("data/vendor-refused", told, { path: "symbol", hint });
  }
  if (/different IP/i.test(message)) {
    return new UserError("data/vendor-refused", told, { path: "host", hint: "Log the other session out: data goes to one session only." });
  }
  const path = code === invalidRequest ? "show" : "symbol";
  return new UserError("data/vendor-refused", told, { path, hint: "Look the error's number up in the broker's list of message codes." });
}
