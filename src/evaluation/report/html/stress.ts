import { number, percent } from "../../format.ts";
import { type Content, type Html, html } from "../../markup.ts";
import type { Report } from "../document.ts";
import { moment, table } from "./tables.ts";

type Stress = NonNullable<Report["stress"]>;
type Stated = Omit<Stress["scenarios"][number], "strategies">;

/** How the agent and its baselines fare where something befalls the test stretch, beside the same stretch as it was. */
export function stressTable({ stress, data: { barsPerYear }, split }: Report): Content {
  if (!stress) return null;
  interface Row {
    readonly scenario: string;
    readonly strategy: Stress["calm"][number];
  }
  const market = (scenario: string, strategies: Stress["calm"]): Row[] =>
    strategies.map((strategy, index) => ({ scenario: index === 0 ? scenario : "", strategy }));
  const rows = [
    ...market("none", stress.calm),
    ...stress.scenarios.flatMap(({ strategies, ...scenario }) => market(named(scenario, barsPerYear), strategies)),
  ];
  const share = (value: number | null) => (value === null ? "–" : percent(value));
  const columns = [
    { head: "Scenario", cell: ({ scenario }: Row) => scenario },
    { head: "Strategy", cell: ({ strategy }: Row) => strategy.name },
    { head: "Return", cell: ({ strategy }: Row) => share(strategy.totalReturn) },
    { head: "Max drawdown", cell: ({ strategy }: Row) => share(strategy.maxDrawdown) },
    { head: "Worst bar", cell: ({ strategy }: Row) => share(strategy.worstBar) },
    { head: "Trades", cell: ({ strategy }: Row) => number(strategy.trades, 0) },
    { head: "Survived", cell: ({ strategy }: Row) => (strategy.survived ? "yes" : "no") },
  ];
  return html`<h2>Under stress</h2>
    <div class="card">
      ${table(columns, rows, ({ strategy }) => strategy.name === "agent")}
      <p class="soft below">
        Each scenario befalls the test stretch of ${number(split.test.bars, 0)} bars by itself; up to its onset nothing differs. Who
        survives never closes a bar with nothing left. The verdict rests on the stretch as it was.
      </p>
    </div>
    <details>
      <summary>Parameters of the scenarios</summary>
      <ul>
        ${stress.scenarios.map((scenario) => html`<li>${stated(scenario, barsPerYear)}</li>`)}
      </ul>
    </details>`;
}

/** What befell each version of the market that was trained in, folded away. */
export function trainedUnderList({ trainedUnder, data: { barsPerYear } }: Report): Content {
  if (!trainedUnder) return null;
  const version = (drawn: (typeof trainedUnder)[number]["variants"][number]): Content =>
    drawn.length === 0
      ? html`<li>nothing</li>`
      : html`<li>${drawn.map(({ onsetMs, ...scenario }) => html`<div>${stated({ ...scenario, onset: onsetMs }, barsPerYear)}</div>`)}</li>`;
  return html`<details>
    <summary>Scenarios that were trained under</summary>
    ${trainedUnder.map(
      ({ training, variants }) =>
        html`<p>${training}, in versions of the market beside the one that was:</p>
          <ol>
            ${variants.map(version)}
          </ol>`,
    )}
  </details>`;
}

const named = ({ scenario, onset }: Pick<Stated, "scenario" | "onset">, barsPerYear: number): string =>
  `${scenario} after ${moment(onset, barsPerYear)}`;

function stated({ params, seed, ...scenario }: Stated, barsPerYear: number): Html {
  const figures = Object.entries(params).map(([name, value]) => `${name} ${plain(value)}`);
  return html`${named(scenario, barsPerYear)} <span class="soft">${[...figures, `seed ${seed}`].join(", ")}</span>`;
}

/** A parameter for people; a duration without an end is null. */
const plain = (value: unknown): string =>
  value === null ? "to the end" : String(typeof value === "number" ? Number(value.toPrecision(3)) : value).replace(/^-/, "−");
