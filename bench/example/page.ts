import type { Report } from "../../src/evaluation/index.ts";

/** What stands before the comparison: what this is, and where the three reports are. */
export const introduction = (reports: readonly Report[]): string => `<!-- Written by \`npm run bench -- example\` from bench/example/. -->

# Three agents against every rule

PPO, SAC and an ensemble of them with A2C, trained and judged under one protocol on the S&P 500 (2000–2020, daily, from the installed package \`vega-datasets\`), beside
every rule that is shipped: [experiments.ts](../../bench/example/experiments.ts). Five seeds each; seven walk-forward folds from 2007 on,
each trained anew with every seed on the six years before it; parameters are defaults or as in the examples, and none was changed after
a look at any test stretch. An index cannot be bought and pays no dividend: this shows a report, and claims nothing.

${reports.map(({ name, algorithm, verdict }) => `- [${name}](${name}.md), ${algorithm.name}: ${verdict.headline}`).join("\n")}

`;
