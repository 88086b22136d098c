import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import type { BarPage, LoadContext } from "../../source.ts";
import { type Batch, barPages, type BarSeries } from "../bar-pages.ts";
import { fractionAt, type Interval, intervalsMs, spanOf, type TimeSpan } from "../bar-params.ts";
import { marketHours } from "../market-hours.ts";
import { type Candle, type CandlePage, candlePages } from "./candles.ts";
import { type ExchangeSettings, type OpenExchange, openExchange } from "./exchange.ts";
import { type CcxtMarket, findMarket } from "./market.ts";

/** Which candles are wanted of which exchange. */
export interface CandleRequest extends ExchangeSettings {
  readonly symbol: string;
  readonly interval: Interval;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const firstTrading = "2010-07-17"; // The first exchange of note opened.
const dayMs = 86_400_000;
const told = z.number().nullish();
const Candles = z.array(
  z
    .tuple([z.number(), told, told, told, told, told])
    .rest(z.unknown())
    .transform(([time, open, high, low, close, volume]): Candle => [time, open, high, low, close, volume]),
);

/** Bars of one market, page after page. Trading never pauses, so that a minute without a candle is a gap. */
export async function* exchangePages(request: CandleRequest, context: LoadContext): AsyncGenerator<BarPage> {
  const hours = marketHours("always", undefined);
  const span = spanOf(request, hours, firstTrading, context);
  if (!span) return;
  const open = await openExchange(request, context);
  const market = await findMarket(open, request.symbol, request.interval);
  const series: BarSeries = {
    ...market,
    interval: request.interval,
    adjustment: "raw",
    hours,
    from: request.from,
    to: request.to,
    settleMs: 0,
    columns: { time: "timestamp", open: "open", high: "high", low: "low", close: "close", volume: "volume" },
    layout: "OHLCV of ccxt",
    timeFormat: "ms since 1970",
    note: `Candles of ${open.exchange.id} through ccxt, as traded there. The exchange's terms apply.`,
    actions: [],
  };
  let isFirst = true;
  for await (const page of barPages(series, batches(open, market, request.interval, span), context)) {
    yield ofExchange(page, request.exchange, isFirst ? lateBeginning(page, request, span) : undefined);
    isFirst = false;
  }
}

async function* batches(open: OpenExchange, market: CcxtMarket, interval: Interval, span: TimeSpan): AsyncGenerator<Batch> {
  const { exchange } = open;
  const { symbol, limit } = market;
  const length = intervalsMs[interval];
  const candles = (timeframe: Interval, since: number, until?: number) =>
    open.ask(Candles, () => exchange.fetchOHLCV(symbol, timeframe, since, limit, until === undefined ? {} : { until }));
  const pages = candlePages(
    {
      limit,
      now: open.now,
      closeOf: (openTime) => openTime + length,
      ask: (since, until) => (until === undefined ? candles(interval, since) : unlessRefused(candles(interval, since, until))),
      askDays: length < dayMs && exchange.timeframes?.["1d"] !== undefined ? (since) => candles("1d", since) : undefined,
    },
    span.start,
    span.end,
  );
  for await (const page of pages) yield { rows: rowsOf(page), fraction: fractionAt(span, page.upTo) };
}

/** No candles where the exchange refuses the question: not every one takes `until`, and one that does not has nothing older to say. */
async function unlessRefused(answer: Promise<readonly Candle[]>): Promise<readonly Candle[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserError && error.code === "data/vendor-refused") return [];
    throw error;
  }
}

const rowsOf = ({ candles }: CandlePage): Batch["rows"] =>
  candles.map(([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume }));

/** What to tell of bars that begin later than they were asked for. */
function lateBeginning({ bars }: BarPage, { exchange, interval, from }: CandleRequest, { start }: TimeSpan): string | undefined {
  const first = bars.closeTime[0];
  if (from === undefined || first === undefined || first - intervalsMs[interval] < start + dayMs) return undefined;
  const since = new Date(first - intervalsMs[interval]).toISOString();
  return `${exchange} gave nothing from before ${since}: the market is younger, or the exchange keeps no older bars of ${interval}.`;
}

/** The page with the exchange in its series: the same market of another one is another series. */
const ofExchange = (page: BarPage, exchange: string, note: string | undefined): BarPage => {
  if (!page.account) return page;
  const { series, notes } = page.account;
  return { ...page, account: { ...page.account, series: `${exchange} ${series}`, notes: note === undefined ? notes : [...notes, note] } };
};
