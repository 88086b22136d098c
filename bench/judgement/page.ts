import type { Claims, ClaimsOfBest } from "./study.ts";

/** Claims for each edge, a Sharpe ratio of a year. */
export interface Study {
  readonly alone: readonly (Claims & { readonly sharpe: number })[];
  readonly best: readonly (ClaimsOfBest & { readonly sharpe: number })[];
}

/** A share with how far it may be off by chance (95 %, Wilson). */
function share(count: number, rounds: number): string {
  const [p, z] = [count / rounds, 1.96];
  const centre = (p + (z * z) / (2 * rounds)) / (1 + (z * z) / rounds);
  const reach = (z / (1 + (z * z) / rounds)) * Math.sqrt((p * (1 - p)) / rounds + (z * z) / (4 * rounds * rounds));
  const percent = (value: number) => (100 * Math.max(0, value)).toFixed(1);
  return `${percent(p)} (${percent(centre - reach)}–${percent(centre + reach)})`;
}

/** The page that shows a study. */
export function pageOf({ alone, best }: Study): string {
  const first = alone[0]!;
  const many = best[0]!;
  return [
    "<!-- Written by `npm run bench -- judgement` from bench/judgement.ts. -->\n\n# Can the judging be believed?\n\n",
    "Rules that know nothing, in markets without drift whose volatility comes in clusters: three years of days, in the market at random for\n",
    "some ten days at a time, traded through `backtestSignals` without costs. A judge that does not flatter claims skill no oftener than its\n",
    "level says. Then an edge is planted: while a rule is in the market, each bar brings more, as much as a Sharpe ratio of so much a year\n",
    "would for one who is always in it. Per cent of the rounds with a claim, with 95 % intervals of what chance leaves open.\n\n",
    `## One rule, ${first.rounds} rounds each\n\n`,
    "| edge | above buy-and-hold (nominal 2.5) | probabilistic Sharpe ratio (5) | random entry (5) |\n|---|---|---|---|\n",
    ...alone.map(
      ({ sharpe, rounds, difference, probabilistic, randomEntry }) =>
        `| ${sharpe === 0 ? "none" : sharpe} | ${share(difference, rounds)} | ${share(probabilistic, rounds)} | ${share(randomEntry, rounds)} |\n`,
    ),
    `\n## The best of ${many.rules} rules in one market, ${many.rounds} rounds each; one has the edge\n\n`,
    "| edge | best taken as if not chosen | deflated Sharpe ratio (5) | Hansen's test (5) | mean probability of overfitting |\n|---|---|---|---|---|\n",
    ...best.map(
      ({ sharpe, rounds, undeflated, deflated, superior, overfitting }) =>
        `| ${sharpe === 0 ? "none" : sharpe} | ${share(undeflated, rounds)} | ${share(deflated, rounds)} | ${share(superior, rounds)} | ${overfitting.toFixed(2)} |\n`,
    ),
    "\nThe first column of the second table is why tries are counted: the best of many looks skilled by having been chosen.\n",
  ].join("");
}
