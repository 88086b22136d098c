import { type Chart, moneyUnit } from "../../charts/index.ts";
import type { Report } from "../document.ts";
import { type Block, type Column, facts, table, type Tell } from "./block.ts";
import { amountText, chanceText, counted, moment, none, quantityText, ratioText, shareText } from "./figures-text.ts";

type Attribution = NonNullable<Report["attribution"]>;
type Group = Attribution["years"][number];
type Decision = Attribution["decisions"]["best"][number];

/** Where the profit came from: years, sides, regimes, single decisions, and the market itself. */
export const attribution: Tell = ({ attribution: section, data }) => {
  if (!section) return null;
  const groups = (title: string, note: string, rows: readonly Group[]): Chart[] =>
    rows.length === 0
      ? []
      : [
          {
            kind: "rows",
            title,
            note,
            unit: moneyUnit(data.currency, 0),
            rows: rows.map(({ label, profit }) => ({ label, to: profit, tone: profit < 0 ? "loss" : "gain" })),
          },
        ];
  const { decisions } = section;
  return {
    title: "Where the profit came from",
    short: "Profit",
    blocks: [
      {
        kind: "charts",
        charts: [
          ...groups("By year", `net profit in ${data.currency}`, section.years),
          ...groups("By side", "long, short, and what flat bars cost", section.sides),
          ...groups("By regime", section.regimes.method, section.regimes.groups),
        ],
      },
      groupTable(section, data),
      decisionTable(decisions.best, `The best of ${counted(decisions.count, "decision")}`, data),
      decisionTable(decisions.worst, "The worst", data),
      ...market(section),
    ],
  };
};

function groupTable({ years, sides, regimes }: Attribution, { currency }: Report["data"]): Block {
  const amount = (value: number) => amountText(value, currency);
  const columns: Column<Group>[] = [
    { head: "Part", cell: ({ label }) => label },
    { head: "Bars", cell: ({ bars }) => counted(bars, "bar") },
    { head: "Before costs", cell: ({ price }) => amount(price) },
    { head: "Costs", cell: ({ costs }) => amount(costs) },
    { head: "Profit", own: true, cell: ({ profit }) => amount(profit) },
  ];
  return {
    kind: "folded",
    summary: "The same in figures",
    blocks: [table(columns, [...years, ...sides, ...regimes.groups])],
    onPaper: true,
  };
}

function decisionTable(decisions: readonly Decision[], title: string, { currency, barsPerYear }: Report["data"]): Block {
  const columns: Column<Decision>[] = [
    { head: "Filled", cell: ({ filledAt }) => moment(filledAt, barsPerYear) },
    { head: "Position", cell: ({ before, after }) => `${quantityText(before)} → ${quantityText(after)}` },
    { head: "Kept for", cell: ({ bars }) => counted(bars, "bar") },
    { head: "Profit", cell: ({ profit }) => amountText(profit, currency) },
    { head: "Against not deciding", own: true, cell: ({ advantage }) => amountText(advantage, currency) },
  ];
  return table(columns, decisions, { title });
}

function market({ market: regression }: Attribution): Block[] {
  if (regression === null) return [];
  const { alpha, beta, rSquared, periods, lags } = regression;
  const tested = ({ t, pValue }: typeof alpha) => (t === null ? "" : ` (t ${ratioText(t)}, p ${chanceText(pValue)})`);
  return [
    facts(
      [
        ["Alpha a year against buy-and-hold", shareText(alpha.value) + tested(alpha)],
        ["Beta", ratioText(beta.value) + tested(beta)],
        ["Explained by the market (R²)", rSquared === null ? none : shareText(rSquared)],
        ["Regression", `${counted(periods, "period")}, standard errors of Newey and West (1987) over ${counted(lags, "lag")}`],
      ],
      "Against the market",
    ),
  ];
}
