import { join } from "node:path";
import { systemClock, writeFileWhole } from "../src/base/index.ts";
import { collusionIndex, collusionReport, meanInterval, type QuotingPopulation } from "../src/evaluation/index.ts";
import { documentOf, type Studied } from "./collusion/document.ts";
import { logitDuopoly } from "./collusion/logit-duopoly.ts";
import { type Learning, learnings, params } from "./collusion/populations.ts";
import { learnTables } from "./collusion/q-learning.ts";
import { machine } from "./main.ts";

// `npm run bench -- collusion` lets pairs of agents learn to quote, five seeds each, and writes docs/collusion.md; some minutes.

const seeds = [1, 2, 3, 4, 5];
const page = join(import.meta.dirname, "..", "docs", "collusion.md");

async function study({ name, how, learn }: Learning): Promise<Studied> {
  const populations: QuotingPopulation[] = [];
  for (const seed of seeds) populations.push(await learn(seed));
  return { name, how, report: collusionReport({ params, populations }) };
}

/** Profit gains of tables in the duopoly of the paper: of the last thousand rounds that they play without dice. */
function duopolyGains() {
  const { benchmarks, game } = logitDuopoly();
  const count = game.choices.length;
  const profits = game.choices.flatMap((own) => game.choices.map((other) => game.profit(own, [other])));
  const gains = seeds.map((seed) => {
    const [first, second] = learnTables(
      game,
      (a, b, out) => {
        out[0] = profits[a * count + b]!;
        out[1] = profits[b * count + a]!;
      },
      { periods: 3_000_000, seed },
    );
    let [a, b, sum] = [0, 0, 0];
    for (let round = 0; round < 2000; round++) {
      [a, b] = [first[a * count + b]!, second[b * count + a]!];
      if (round >= 1000) sum += (profits[a * count + b]! + profits[b * count + a]!) / 2;
    }
    return collusionIndex(sum / 1000, benchmarks);
  });
  return { benchmarks, index: meanInterval(gains) };
}

/** The index of the agents told of last. They run only when they are named. */
export const benchmarks = [
  {
    name: "collusion/quoting",
    unit: "Δ of the last learners",
    onDemand: true,
    async run(): Promise<number> {
      const started = systemClock.elapsed();
      const studied: Studied[] = [];
      for (const learning of learnings) studied.push(await study(learning));
      const duopoly = duopolyGains();
      const { cpu, cores, date } = machine(systemClock.now());
      const minutes = (systemClock.elapsed() - started) / 60_000;
      const facts = { date: String(date).slice(0, 10), machine: `${cpu}, ${cores} cores`, minutes, seeds };
      writeFileWhole(page, documentOf({ ...facts, studied, duopoly }));
      return studied.at(-1)!.report.index.mean;
    },
  },
];
