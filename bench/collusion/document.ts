import { type CollusionReport, type MeanInterval, type PriceBenchmarks } from "../../src/evaluation/index.ts";

/** What one way of learning came to. */
export interface Studied {
  readonly name: string;
  readonly how: string;
  readonly report: CollusionReport;
}

/** What is told of the whole study. */
export interface Study {
  readonly date: string;
  readonly machine: string;
  readonly minutes: number;
  readonly seeds: readonly number[];
  readonly studied: readonly Studied[];
  /** Profit gain of the same tables in the duopoly of the paper, by seed. */
  readonly duopoly: { readonly benchmarks: PriceBenchmarks; readonly index: MeanInterval };
}

const interval = ({ mean, low, high }: MeanInterval, digits = 2) => {
  const text = (value: number) =>
    value
      .toFixed(digits)
      .replace(/^-(?=0\.?0*$)/, "")
      .replace("-", "−");
  return `${text(mean)} (${text(low)} to ${text(high)})`;
};

/** The page that tells the study. */
export function documentOf({ date, machine, minutes, seeds, studied, duopoly }: Study): string {
  const { competition, monopoly } = studied[0]!.report.benchmarks;
  const rows = studied.map(
    ({ name, report }) =>
      `| ${[name, interval(report.halfSpread), interval(report.index), interval(report.reply), interval(report.deviationGain)].join(" | ")} |`,
  );
  const told = studied.map(({ name, how, report }) => `- **${name}** (${how}). ${report.verdict.join(" ")}`);
  return `<!-- Written by \`npm run bench -- collusion\` from bench/collusion.ts. -->

# Do agents who learn side by side keep prices up?

Two agents quote in one order book, again and again; takers trade with the better quote if it is within what they would pay.
The game of one round is solved: competition (its best paid symmetric equilibrium) is a half-spread of ${competition.choice} ${competition.choice === 1 ? "tick" : "ticks"} with a
profit of ${competition.profit.toFixed(3)} ticks × lots for each agent and round, the monopoly's is ${monopoly.choice} ticks with ${monopoly.profit.toFixed(3)}. The index Δ is 0 at the one and 1 at
the other (Calvano, Calzolari, Denicolò & Pastorello, 2020). Then each agent in turn is made to undercut the other for one round, and
what the other does in the fifteen rounds from then on is compared with what it does without that.
Means with 95 % intervals over ${seeds.length} seeds of learning.

| agents | best half-spread, ticks | Δ | others' change after an undercut, ticks | what it gained the one who undercut |
|---|---|---|---|---|
${rows.join("\n")}

${told.join("\n")}

High prices are not yet collusion: only an answer that takes away what undercutting gains makes them one. And what comes out for one
market and one way of learning says little of others.

As a check of the measure, the same tables in the logit duopoly of the paper, with its parameters: Δ = ${interval(duopoly.index)} between
the prices ${duopoly.benchmarks.competition.choice.toFixed(2)} and ${duopoly.benchmarks.monopoly.choice.toFixed(2)}.

${date}, ${machine}, ${minutes.toFixed(1)} min. Again by \`npm run bench -- collusion\`.
`;
}
