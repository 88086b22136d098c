import { type Chart, type Mark, moneyUnit, shareUnit } from "../../charts/index.ts";
import { money, number } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, chart, type Column, facts, folded, table, type Tell } from "./block.ts";
import { chanceText, counted, moment, quantityText, shareText } from "./figures-text.ts";

const mostMarks = 1500;
const mostTrades = 500;
const fewestPoints = 5;

/** The agent's trades on the price, what it held, its round trips, and every trade. */
export const trading: Tell = (report) => ({
  title: "Trades",
  short: "Trades",
  blocks: [chart(priceChart(report)), chart(exposureChart(report)), ...trips(report), ...timing(report), tradeList(report)],
});

function priceChart({ series, data, trades, tradesLeftOut = 0, orders }: Report): Chart {
  const shown = trades.slice(-mostMarks);
  const all = trades.length + tradesLeftOut;
  const left =
    shown.length < all
      ? `; ${number(shown.length, 0)} of ${number(all, 0)} trades are marked${tradesLeftOut > 0 ? ", the first and the last" : ""}`
      : "";
  return {
    kind: "line",
    x: series.time,
    xKind: "time",
    title: `${data.symbol} and the agent's trades`,
    note: `price in ${data.currency}; a decision at a close fills at ${orders?.tradeOn === "close" ? "that close" : "the next open"}${left}`,
    unit: moneyUnit(data.currency, 2),
    series: [{ name: "close", tone: "price", values: series.close }],
    bands: [{ name: "high to low", low: series.low, high: series.high }],
    marks: marksOf(shown, data),
    height: "tall",
  };
}

const marksOf = (trades: Report["trades"], { currency, barsPerYear }: Report["data"]): Mark[] =>
  trades.map(({ time, side, quantity, price }) => ({
    x: time,
    y: price,
    kind: side,
    label: `${moment(time, barsPerYear)} ${side} ${quantityText(quantity)} at ${money(price, currency, 2)}`,
  }));

const exposureChart = ({ series }: Report): Chart => ({
  kind: "line",
  x: series.time,
  xKind: "time",
  title: "Exposure",
  note: "position value as a share of equity: 100 % is fully long, −100 % fully short",
  unit: shareUnit(2),
  series: [{ name: "agent", tone: "agent", values: series.exposure, area: true, steps: true }],
  include: [0, 1],
});

function trips({ attribution, data }: Report): Block[] {
  if (!attribution || attribution.trips.count === 0) return [];
  const { count, winners, points, ...middles } = attribution.trips;
  type Row = readonly [name: string, figures: { readonly mean: number | null; readonly median: number | null }];
  const rows: Row[] = [
    ["Maximum adverse excursion", middles.adverse],
    ["Maximum favourable excursion", middles.favourable],
    ["Kept of the favourable excursion", middles.kept],
    ["Adverse excursion of winners", middles.adverseOfWinners],
    ["Favourable excursion of losers", middles.favourableOfLosers],
  ];
  return [
    ...(points.length < fewestPoints ? [] : [chart(excursions(points, count, data))]),
    table(
      [
        { head: `${counted(count, "round trip")}, ${number(winners, 0)} won`, cell: ([name]: Row) => name },
        { head: "Mean", cell: ([, { mean }]: Row) => shareText(mean, 2) },
        { head: "Median", cell: ([, { median }]: Row) => shareText(median, 2) },
      ],
      rows,
      { title: "Round trips", note: "Excursions are shares of the largest value that the position had: how far it was behind and ahead." },
    ),
  ];
}

type Points = NonNullable<Report["attribution"]>["trips"]["points"];

/** Each round trip by how far it was behind and what it brought (Sweeney, 1997). */
function excursions(points: Points, count: number, { currency, barsPerYear }: Report["data"]): Chart {
  const profits = points.map(({ profit }) => profit);
  const some = points.length < count ? `; ${number(points.length, 0)} of ${number(count, 0)} are drawn` : "";
  return {
    kind: "line",
    title: "Round trips by how far they were behind",
    note: `profit in ${currency} against the maximum adverse excursion${some}`,
    x: [Math.min(...points.map(({ adverse }) => adverse)), 0],
    xKind: "value",
    xUnit: shareUnit(1),
    xLabel: "maximum adverse excursion, share of the position's largest value",
    unit: moneyUnit(currency, 0),
    series: [],
    marks: points.map(({ closedAt, side, profit, adverse }) => ({
      x: adverse,
      y: profit,
      kind: profit > 0 ? "gain" : "loss",
      label: `${side}, ${closedAt === null ? "still open" : `closed ${moment(closedAt, barsPerYear)}`}: ${money(profit, currency)}`,
    })),
    include: [0, Math.min(...profits), Math.max(...profits)],
  };
}

/** Whether the moments in the market were well chosen. */
function timing({ timing: section }: Report): Block[] {
  if (!section) return [];
  const { mean, expected, pValue, permutations } = section;
  return [
    facts(
      [
        ["Mean return a bar while in the market as it was, before costs", shareText(mean, 4)],
        [`The same trading at random times, mean of ${number(permutations, 0)}`, shareText(expected, 4)],
        ["How often random timing did as well", chanceText(pValue)],
      ],
      "Timing against chance",
    ),
  ];
}

function tradeList({ trades, data, tradesLeftOut = 0 }: Report): Block {
  const shown = trades.slice(-mostTrades);
  const all = trades.length + tradesLeftOut;
  const amount = (value: number) => money(value, data.currency, 2);
  const columns: Column<Report["trades"][number]>[] = [
    { head: "Time (UTC)", cell: ({ time }) => moment(time, data.barsPerYear) },
    { head: "Side", cell: ({ side }) => ({ text: side, tone: side }) },
    { head: "Quantity", cell: ({ quantity }) => quantityText(quantity) },
    { head: "Price", cell: ({ price }) => amount(price) },
    { head: "Fee", cell: ({ fee }) => amount(fee) },
    { head: "Profit", cell: ({ realised }) => amount(realised) },
    { head: "Position after", cell: ({ positionAfter }) => quantityText(positionAfter) },
  ];
  const left = shown.length < all ? ` The last ${number(shown.length, 0)} are listed.` : "";
  const note = `Profit is what the trade closed, before fees.${left}`;
  return folded(
    counted(all, "trade"),
    trades.length === 0 ? [{ kind: "words", text: "It never traded." }] : [table(columns, shown, { note })],
  );
}
