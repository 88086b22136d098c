import { type ChartRow, moneyUnit } from "../../charts/index.ts";
import { number } from "../../format.ts";
import type { Report } from "../document.ts";
import { chart, facts, type Tell } from "./block.ts";
import { amountText, none, ratioText, roundAmount, shareText } from "./figures-text.ts";

type Costs = NonNullable<Report["costs"]>;
type Part = keyof Costs["amounts"];

const costNames = {
  fees: "Fees",
  spread: "Spread",
  slippage: "Slippage",
  impact: "Market impact",
  borrow: "Borrowing what is sold short",
  funding: "Funding",
  interest: "Interest",
  dividends: "Dividends",
  other: "Other costs of holding",
} as const satisfies Partial<Record<Part, string>>;

/** From the profit at the market's prices to what was left, and what trading cost. */
export const costs: Tell = ({ costs: section, data: { currency } }) => {
  if (!section) return null;
  const { shortfall, capacity } = section;
  const amount = (value: number | null) => amountText(value, currency, 2);
  return {
    title: "Costs",
    short: "Costs",
    blocks: [
      chart({
        kind: "rows",
        title: "From price profit to net profit",
        note: `in ${currency} and as a share of initial equity, ${amount(section.initialEquity)}`,
        unit: moneyUnit(currency, 2),
        rows: waterfall(section, currency),
        legend: [
          { name: "profit", tone: "agent" },
          { name: "cost", tone: "loss" },
          { name: "income", tone: "gain" },
        ],
      }),
      facts([
        ["Turnover", section.turnover === null ? none : `${number(section.turnover, 1)} times of equity a year, both sides counted`],
        ["Traded value", amount(section.tradedValue)],
        [
          "Implementation shortfall",
          `${amount(shortfall.total)}${shortfall.bps === null ? "" : `, ${ratioText(shortfall.bps, 1)} bps of what was decided`}: delay ${amount(shortfall.delay)}, execution ${amount(shortfall.execution)}, fees ${amount(shortfall.fees)}`,
        ],
        ["Capacity", capacityText(capacity, currency)],
      ]),
    ],
  };
};

/** Each cost as a bar from the sum before it to the sum after; those of 0 are left out. */
function waterfall({ amounts, shares }: Costs, currency: string): ChartRow[] {
  let left = amounts.price;
  const steps = (Object.keys(costNames) as (keyof typeof costNames)[]).filter((name) => amounts[name] !== 0);
  const told = (value: number, share: number) => `${amountText(value, currency, 2)} (${shareText(share, 2)})`;
  return [
    { label: "Profit at the market's prices", to: amounts.price, tone: "agent", text: told(amounts.price, shares.price) },
    ...steps.map((name): ChartRow => {
      const from = left;
      left -= amounts[name];
      return {
        label: costNames[name],
        from,
        to: left,
        tone: amounts[name] > 0 ? "loss" : "gain",
        text: told(-amounts[name], -shares[name]),
      };
    }),
    { label: "Net profit", to: amounts.profit, tone: "agent", text: told(amounts.profit, shares.profit) },
  ];
}

function capacityText({ equity, limit, tolerance, meanParticipation, reason }: Costs["capacity"], currency: string): string {
  if (equity === null) return reason ?? none;
  const mean =
    meanParticipation === null
      ? ""
      : `; on average its trades were ${meanParticipation < 1e-5 ? "less than 0.001 %" : shareText(meanParticipation, 3)} of a bar's volume`;
  return `about ${roundAmount(equity, currency)} of equity: trades stay within ${shareText(limit, 0)} of a bar's volume in all but ${shareText(tolerance, 0)} of the bars with trades${mean}`;
}
