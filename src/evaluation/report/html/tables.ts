import { day, minute, money, number } from "../../format.ts";
import { type Content, type Html, html } from "../../markup.ts";
import { metricInfo, metricNames, metricText } from "../../metric.ts";
import type { Metrics, Report, Stretch } from "../document.ts";

/** One column of a table: what heads it, and what it says of a row. `own` columns are about the agent and stand out. */
interface Column<Row> {
  readonly head: string;
  readonly own?: boolean;
  readonly cell: (row: Row) => Content;
}

/** Rows under their heads, as a table that scrolls by itself; what the first column says heads a row. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], chosen: (row: Row) => boolean = () => false): Html {
  const own = (column: Column<Row>) => (column.own ? "own" : "");
  const [first, ...others] = columns;
  const line = (row: Row) =>
    html`<tr class="${chosen(row) && "chosen"}">
      <th scope="row">${first!.cell(row)}</th>
      ${others.map((column) => html`<td class="${own(column)}">${column.cell(row)}</td>`)}
    </tr> `;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th class="${own(column)}">${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(line)}
      </tbody>
    </table>
  </div>`;
}

/** Names and what they stand for, as a list in two columns; rows without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Html {
  const known = rows.filter(([, value]) => value !== null);
  return html`<dl class="facts">
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** Every metric of every strategy. */
export function metricsTable({ strategies, data }: Report): Html {
  const label: Column<keyof Metrics> = {
    head: "",
    cell: (name) => html`<span title="${metricInfo[name].formula}">${metricInfo[name].label}</span>`,
  };
  const values = strategies.map(({ name: head, kind, metrics }): Column<keyof Metrics> => ({
    head,
    own: kind === "agent",
    cell: (name) => metricText(name, metrics, data.currency),
  }));
  return html`<h2>Side by side</h2>
    <div class="card">${table([label, ...values], metricNames)}</div>`;
}

/** Every seed on training, validation and test. */
export function seedsTable({ seeds, generalisation, data }: Report): Content {
  if (seeds.length === 0) return null;
  type Seed = (typeof seeds)[number];
  const figure = (head: string, part: "train" | "validation" | "test", name: keyof Metrics): Column<Seed> => ({
    head,
    cell: (seed) => metricText(name, seed[part], data.currency),
  });
  const columns: Column<Seed>[] = [
    { head: "Seed", cell: ({ seed, chosen }) => `${seed}${chosen ? " (chosen)" : ""}` },
    figure("Sharpe, train", "train", "sharpe"),
    figure("Sharpe, validation", "validation", "sharpe"),
    figure("Sharpe, test", "test", "sharpe"),
    figure("Return, test", "test", "totalReturn"),
    figure("Drawdown, test", "test", "maxDrawdown"),
    figure("Trades, test", "test", "trades"),
    { head: "Weights", cell: ({ weightsSha256 }) => html`<code>${weightsSha256.slice(0, 10)}</code>` },
  ];
  const [train, test, gap] = [generalisation.trainSharpe, generalisation.testSharpe, generalisation.gap].map((value) =>
    value === null ? "–" : number(value),
  );
  return html`<h2>Seeds</h2>
    <div class="card">
      ${table(columns, seeds, ({ chosen }) => chosen)}
      <p class="soft below">
        Median Sharpe ratio ${train!} in training, ${test!} in the test; median fall of a seed from training to test ${gap!}. The chosen
        seed was chosen without the test stretch.
      </p>
    </div>`;
}

/** Every walk-forward fold beside buy-and-hold, and all of them as one life. */
export function foldsTable({ walkForward: { folds, agent, buyAndHold }, data }: Report): Content {
  if (agent === null || buyAndHold === null) return null;
  interface Row {
    readonly name: string;
    readonly judged: string;
    readonly trained: string;
    readonly own: Metrics;
    readonly hold: Metrics;
  }
  const rows: Row[] = folds.map((fold, index) => ({
    name: String(index + 1),
    judged: spanOf(fold.test, data.barsPerYear),
    trained: spanOf(fold.train, data.barsPerYear),
    own: fold.agent,
    hold: fold.buyAndHold,
  }));
  const pair = (head: string, name: keyof Metrics): Column<Row>[] => [
    { head, own: true, cell: ({ own }) => metricText(name, own, data.currency) },
    { head: "buy-and-hold", cell: ({ hold }) => metricText(name, hold, data.currency) },
  ];
  const columns: Column<Row>[] = [
    { head: "Fold", cell: ({ name }) => name },
    { head: "Judged on", cell: ({ judged }) => judged },
    ...pair("Return", "totalReturn"),
    ...pair("Sharpe", "sharpe"),
    ...pair("Drawdown", "maxDrawdown"),
    { head: "Trained on", cell: ({ trained }) => trained },
  ];
  const whole: Row = { name: "All", judged: "", trained: "", own: agent, hold: buyAndHold };
  return html`<div class="card">${table(columns, [...rows, whole])}</div>`;
}

const mostTrades = 500;

/** The trades, folded away; of very many the last ones. */
export function tradesTable({ trades, data }: Report): Html {
  const shown = trades.slice(-mostTrades);
  const left = trades.length > shown.length ? ` The last ${number(shown.length, 0)} are listed; report.json has all.` : "";
  const amount = (value: number) => money(value, data.currency, 2);
  type Trade = (typeof trades)[number];
  const columns: Column<Trade>[] = [
    { head: "Time (UTC)", cell: ({ time }) => moment(time, data.barsPerYear) },
    { head: "Side", cell: ({ side }) => html`<span class="${side}-text">${side}</span>` },
    { head: "Quantity", cell: ({ quantity }) => quantityText(quantity) },
    { head: "Price", cell: ({ price }) => amount(price) },
    { head: "Fee", cell: ({ fee }) => amount(fee) },
    { head: "Profit", cell: ({ realised }) => amount(realised) },
    { head: "Position after", cell: ({ positionAfter }) => quantityText(positionAfter) },
  ];
  return html`<h2>Trades</h2>
    <details>
      <summary>${number(trades.length, 0)} ${trades.length === 1 ? "trade" : "trades"}</summary>
      <p class="soft">Profit is what the trade closed, before fees.${left}</p>
      ${table(columns, shown)}
    </details>`;
}

/** The moment of a bar: its day, or for bars within the day its minute. */
export const moment = (timeMs: number, barsPerYear: number): string => (barsPerYear > 400 ? minute(timeMs) : day(timeMs));

/** From when to when a stretch lasts. */
export const spanOf = ({ from, to }: Stretch, barsPerYear: number): string => `${moment(from, barsPerYear)} to ${moment(to, barsPerYear)}`;

/** A quantity with the decimals it has, six at most. */
export function quantityText(quantity: number): string {
  const [, decimals = ""] = quantity.toFixed(6).replace(/0+$/, "").split(".");
  return number(quantity, decimals.length);
}
