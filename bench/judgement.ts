import { join } from "node:path";
import { systemClock, writeFileWhole } from "../src/base/index.ts";
import { pageOf } from "./judgement/page.ts";
import { claimsAlone, claimsOfBest } from "./judgement/study.ts";

const page = join(import.meta.dirname, "..", "docs", "judgement.md");
const edges = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8];
const rounds = { alone: 1000, best: 300 };
const rules = 20;

/** False claims on noise and claims on planted edges of everything that tells skill from luck; writes docs/judgement.md. */
export const benchmarks = [
  {
    name: "judgement/study",
    unit: "s",
    onDemand: true,
    run: async () => {
      const start = systemClock.elapsed();
      const alone = edges.map((sharpe, index) => ({ sharpe, ...claimsAlone(rounds.alone, sharpe, index) }));
      const best = edges.map((sharpe, index) => ({ sharpe, ...claimsOfBest(rounds.best, rules, sharpe, 100 + index) }));
      writeFileWhole(page, pageOf({ alone, best }));
      const percent = (count: number, of: number) => (100 * count) / of;
      const noise = alone[0]!;
      return [
        { name: "judgement/study", value: (systemClock.elapsed() - start) / 1000, unit: "s" },
        { name: "judgement/study/difference", value: percent(noise.difference, noise.rounds), unit: "%" },
        { name: "judgement/study/probabilistic", value: percent(noise.probabilistic, noise.rounds), unit: "%" },
        { name: "judgement/study/random-entry", value: percent(noise.randomEntry, noise.rounds), unit: "%" },
        { name: "judgement/study/deflated", value: percent(best[0]!.deflated, best[0]!.rounds), unit: "%" },
        { name: "judgement/study/superior", value: percent(best[0]!.superior, best[0]!.rounds), unit: "%" },
      ];
    },
  },
];
