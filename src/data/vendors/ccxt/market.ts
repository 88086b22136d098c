import { z } from "zod";
import { parse, UserError } from "../../../base/index.ts";
import type { Interval } from "../bar-params.ts";
import type { OpenExchange } from "./exchange.ts";

const decimalPlaces = 2;
const tickSizes = 4;
const roomyCash = 100_000;
const step = z.number().positive().nullish();

const Market = z.looseObject({
  symbol: z.string(),
  quote: z.string(),
  inverse: z.boolean().nullish(),
  contractSize: z.number().positive().nullish(),
  precision: z.looseObject({ price: z.number().nullish(), amount: z.number().nullish() }),
});

/** What bars need to know of a market. */
export interface CcxtMarket {
  readonly symbol: string;
  /** The currency that prices are in. */
  readonly currency: string;
  readonly tickSize: number | undefined;
  readonly lotSize: number | undefined;
  /** Candles that one answer holds at most. */
  readonly limit: number;
}

const usualLimit = 100; // Few exchanges give fewer; ccxt does not say of all.

/** Finds a market of that symbol and sees that it has candles of that length; what it lacks is a `UserError` that says what there is. */
export async function findMarket({ exchange, ask }: OpenExchange, symbol: string, interval: Interval): Promise<CcxtMarket> {
  if (exchange.has["fetchOHLCV"] !== true) {
    throw refused(`${exchange.id} gives no candles`, "exchange", "Choose another exchange.");
  }
  const lengths = Object.keys(exchange.timeframes ?? {});
  if (!lengths.includes(interval)) {
    throw refused(`${exchange.id} has no candles of ${interval}`, "interval", `It has ${lengths.join(", ")}.`);
  }
  // Some exchanges list each kind of market by itself; a spot symbol needs one list.
  const listed = z.looseObject({ types: z.array(z.string()) }).safeParse(exchange.options["fetchMarkets"]);
  if (listed.success && listed.data.types.includes("spot") && !symbol.includes(":")) {
    exchange.options["fetchMarkets"] = { ...listed.data, types: ["spot"] };
  }
  const markets = await ask(z.record(z.string(), z.unknown()), () => exchange.loadMarkets());
  if (!Object.hasOwn(markets, symbol)) throw unknownSymbol(exchange.id, symbol, Object.keys(markets));
  const market = parse(Market, markets[symbol], exchange.id, "data/vendor-answer");
  const tickSize = stepOf(market.precision.price, exchange.precisionMode);
  const lot = stepOf(market.precision.amount, exchange.precisionMode);
  const limit = z
    .int()
    .positive()
    .safeParse(exchange.featureValue(symbol, "fetchOHLCV", "limit"));
  return {
    symbol: market.symbol,
    currency: market.quote,
    tickSize,
    lotSize:
      tickSize === undefined || lot === undefined || market.inverse ? undefined : roomyLot(lot * (market.contractSize ?? 1), tickSize),
    limit: limit.success ? limit.data : usualLimit,
  };
}

const stepOf = (precision: number | null | undefined, mode: number): number | undefined =>
  step.safeParse(mode === tickSizes ? precision : mode === decimalPlaces && typeof precision === "number" ? 10 ** -precision : undefined)
    .data ?? undefined;

/** A lot, coarser by tens where the exchange's own is too fine for 100,000 to be counted exactly in ticks of lots. */
function roomyLot(lot: number, tickSize: number): number {
  let exponent = 0;
  while (roomyCash / (tickSize * lot * 10 ** exponent) >= 2 ** 50) exponent++;
  return exponent === 0 ? lot : Number((lot * 10 ** exponent).toPrecision(12));
}

function unknownSymbol(exchange: string, symbol: string, known: readonly string[]): UserError {
  const base = symbol.split("/")[0]!.toUpperCase();
  const near = known.filter((each) => each.startsWith(`${base}/`)).slice(0, 12);
  const hint =
    near.length > 0
      ? `Of ${base} it has ${near.join(", ")}.`
      : "Write it as ccxt does: BTC/USDT for a spot market, BTC/USDT:USDT for a perpetual swap.";
  return refused(`${exchange} has no market ${symbol}`, "symbol", hint);
}

const refused = (message: string, path: string, hint: string): UserError => new UserError("data/vendor-refused", message, { path, hint });
