import { number } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, type Column, folded, table, type Tell, words } from "./block.ts";
import { moment, shareText } from "./figures-text.ts";

type Stress = NonNullable<Report["stress"]>;
type Stated = Omit<Stress["scenarios"][number], "strategies">;

interface Row {
  readonly scenario: string;
  readonly strategy: Stress["calm"][number];
}

/** How the agent and its baselines fare where something befalls the test stretch, beside the same stretch as it was. */
export const stress: Tell = ({ stress: section, data: { barsPerYear }, split }) => {
  if (!section) return null;
  const market = (scenario: string, strategies: Stress["calm"]): Row[] =>
    strategies.map((strategy, index) => ({ scenario: index === 0 ? scenario : "", strategy }));
  const rows = [
    ...market("none", section.calm),
    ...section.scenarios.flatMap(({ strategies, ...scenario }) => market(named(scenario, barsPerYear), strategies)),
  ];
  const columns: Column<Row>[] = [
    { head: "Scenario", cell: ({ scenario }) => scenario },
    { head: "Strategy", prose: true, cell: ({ strategy }) => strategy.name },
    { head: "Return", cell: ({ strategy }) => shareText(strategy.totalReturn) },
    { head: "Max drawdown", cell: ({ strategy }) => shareText(strategy.maxDrawdown) },
    { head: "Worst bar", cell: ({ strategy }) => shareText(strategy.worstBar) },
    { head: "Trades", cell: ({ strategy }) => number(strategy.trades, 0) },
    { head: "Survived", cell: ({ strategy }) => (strategy.survived ? "yes" : "no") },
  ];
  return {
    title: "Under stress",
    short: "Stress",
    blocks: [
      table(columns, rows, {
        chosen: ({ strategy }) => strategy.name === "agent",
        note: `Each scenario befalls the test stretch of ${number(split.test.bars, 0)} bars by itself; up to its onset nothing differs. Who survives never closes a bar with nothing left. The verdict rests on the stretch as it was.`,
      }),
      folded(
        "Parameters of the scenarios",
        [{ kind: "list", items: section.scenarios.map((scenario) => stated(scenario, barsPerYear)) }],
        true,
      ),
    ],
  };
};

/** What befell each version of the market that was trained in, folded away. */
export function trainedUnder({ trainedUnder: section, data: { barsPerYear } }: Report): Block[] {
  if (!section) return [];
  const blocks = section.flatMap(({ training, variants }): Block[] => [
    words(`${training}, in versions of the market beside the one that was:`),
    {
      kind: "list",
      items: variants.map((drawn) =>
        drawn.length === 0
          ? "nothing"
          : drawn.map(({ onsetMs, ...scenario }) => stated({ ...scenario, onset: onsetMs }, barsPerYear)).join("; then "),
      ),
    },
  ]);
  return [folded("Scenarios that were trained under", blocks)];
}

const named = ({ scenario, onset }: Pick<Stated, "scenario" | "onset">, barsPerYear: number): string =>
  `${scenario} after ${moment(onset, barsPerYear)}`;

function stated({ params, seed, ...scenario }: Stated, barsPerYear: number): string {
  const figures = Object.entries(params).map(([name, value]) => `${name} ${plain(value)}`);
  return `${named(scenario, barsPerYear)}: ${[...figures, `seed ${seed}`].join(", ")}`;
}

/** A parameter for people; a duration without an end is null. */
const plain = (value: unknown): string =>
  value === null ? "to the end" : String(typeof value === "number" ? Number(value.toPrecision(3)) : value).replace(/^-/, "−");
