import type { Contract } from "@stoqey/ib";
import { UserError } from "../../../base/index.ts";
import type { BarLength } from "../bar-params.ts";
import type { ContractDetails, GatewayAddress } from "./gateway.ts";
import type { GatewaySession } from "./session.ts";

/** Kinds of instruments, by the broker's names of them. */
export const securityTypes = {
  stock: "STK",
  index: "IND",
  future: "FUT",
  fx: "CASH",
  crypto: "CRYPTO",
  cfd: "CFD",
  commodity: "CMDTY",
} as const;

/** What the bars are made of. */
export const shownPrices = ["trades", "midpoint", "bid", "ask"] as const;

/** Which bars are wanted of which contract, and where the gateway is. */
export interface HistoryRequest extends GatewayAddress {
  readonly symbol: string;
  readonly type: keyof typeof securityTypes;
  readonly exchange?: string | undefined;
  readonly primaryExchange?: string | undefined;
  readonly currency: string;
  readonly expiry?: string | undefined;
  readonly interval: BarLength;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Of stocks and what follows them. */
  readonly adjustment: "split" | "all";
  readonly show?: (typeof shownPrices)[number] | undefined;
  readonly regularHours?: boolean | undefined;
  readonly calendar?: string | undefined;
}

const usualExchanges = {
  stock: "SMART",
  index: "",
  future: "",
  fx: "IDEALPRO",
  crypto: "PAXOS",
  cfd: "SMART",
  commodity: "SMART",
} as const;
const shownNames = { trades: "TRADES", midpoint: "MIDPOINT", bid: "BID", ask: "ASK" } as const;

/** Kinds whose symbol has a currency in it. */
export const pairTypes: readonly string[] = ["fx", "crypto", "commodity"];

/** A pair such as EUR/USD or EUR.USD as the broker has it: the first currency is the symbol. */
export function withPairTaken(request: HistoryRequest): HistoryRequest {
  const pair = pairTypes.includes(request.type) ? /^(\w+)[/.](\w+)$/.exec(request.symbol) : null;
  return pair ? { ...request, symbol: pair[1]!, currency: pair[2]! } : request;
}

/** What bars are made of, where nothing is said of it: trades, and for those that trade over the counter midpoints. */
export const shownOf = ({ show, type }: HistoryRequest) => show ?? (type === "fx" || type === "commodity" ? "midpoint" : "trades");

/** The same in the broker's words. */
export function showOf(request: HistoryRequest): string {
  const shown = shownOf(request);
  if (shown !== "trades") return shownNames[shown];
  return request.type === "crypto" ? "AGGTRADES" : request.adjustment === "all" ? "ADJUSTED_LAST" : shownNames.trades;
}

/** Refuses what the broker would, before anything is asked. */
export function checkRequest(request: HistoryRequest, regularHours: boolean): void {
  const { type, interval, exchange, expiry, to, adjustment } = request;
  const refuse = (message: string, path: string, hint: string) => {
    throw new UserError("config/invalid", message, { path, hint });
  };
  if (type === "future" && (exchange === undefined || expiry === undefined)) {
    refuse(
      "a future needs an exchange and an expiry",
      exchange === undefined ? "exchange" : "expiry",
      "Give both, such as CME and 202409.",
    );
  }
  if (type === "index" && exchange === undefined) refuse("an index needs its exchange", "exchange", "Give it, such as CBOE for SPX.");
  if (adjustment === "all" && (interval !== "1d" || to !== undefined || shownOf(request) !== "trades")) {
    const path = to !== undefined ? "to" : interval === "1d" ? "show" : "interval";
    refuse("prices restated for dividends are of trades, by the day and up to today", path, "Ask for days of trades without a last one.");
  }
  if (type === "stock" && interval === "1d" && !regularHours) {
    refuse("days of a stock are of regular hours", "regularHours", "Ask for a shorter interval to see what was traded before and after.");
  }
}

/** The one contract that a request describes; none and several are a `UserError`. */
export async function findContract(session: GatewaySession, request: HistoryRequest): Promise<ContractDetails> {
  const found = await session.contracts(contractOf(request));
  if (found.length === 1) return found[0]!;
  const places = [...new Set(found.map(({ contract }) => contract.primaryExch || contract.exchange))];
  throw new UserError("data/vendor-refused", `${found.length} contracts of Interactive Brokers answer to ${request.symbol}`, {
    path: "symbol",
    hint:
      places.length > 1 ? `Give primaryExchange as one of ${places.join(", ")}.` : "Say more of it: type, exchange, currency or expiry.",
  });
}

/** The contract in the broker's form; by its number once that is known. */
export function contractOf(request: HistoryRequest, details?: ContractDetails): Contract {
  const { symbol, type, currency, primaryExchange, expiry } = request;
  return {
    symbol,
    secType: securityTypes[type] as NonNullable<Contract["secType"]>,
    exchange: request.exchange ?? usualExchanges[type],
    currency,
    ...(primaryExchange !== undefined && { primaryExch: primaryExchange }),
    ...(expiry !== undefined && { lastTradeDateOrContractMonth: expiry, includeExpired: true }),
    ...(details && { conId: details.contract.conId }),
  };
}
