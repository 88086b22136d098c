import { systemClock } from "tradewind/base";
import { createSharedBook, selfPlayEnvironment, SharedBook } from "tradewind/env";
import { collusionReport, type QuotingPopulation } from "tradewind/evaluation";
import { train } from "tradewind/rl";

// Two agents quote in one book. One policy learns both sides by playing itself, with three seeds; then its prices are held
// against competition and monopoly, which are solved for this market, and it is seen how an undercut is answered.

const params = SharedBook.parse({
  agents: 2,
  market: { kind: "takers", takers: 2, meanReservationTicks: 5 },
  halfSpreads: [1, 2, 3, 4, 5, 6, 7, 8],
  quoteLots: 2,
  steps: 50,
});
const populations: QuotingPopulation[] = [];
for (const seed of [1, 2, 3]) {
  const environment = selfPlayEnvironment(Array.from({ length: 8 }, () => createSharedBook(params)));
  const { policy } = await train({
    algorithm: "ppo",
    params: { nSteps: 64, batchSize: 256, epochs: 6, learningRate: 0.003, hidden: [16], gamma: 0.9 },
    environment,
    totalSteps: 20_000,
    seed,
    clock: systemClock,
  });
  populations.push({ seed, policies: [policy, policy] });
}
const { verdict } = collusionReport({ params, populations });
console.log(verdict.join("\n"));
