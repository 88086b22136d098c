import {
  avellanedaStoikovPolicy,
  constantSpreadPolicy,
  createMarketMaking,
  createOptimalExecution,
  MarketMaking,
  OptimalExecution,
  type Policy,
  schedulePolicy,
} from "../../src/env/index.ts";
import { almgrenChriss, type FlowSpecification, twapHoldings, vwapHoldings } from "../../src/market/index.ts";
import { arrivalsOf, impactOf, volumesOf } from "./calibrate.ts";
import { judge, type Judged, mean } from "./judge.ts";

const book = { window: 1024, logCapacity: 1024 };
const tuningSeed = 700_000; // Far from those of training, of calibration and of the judgement.
const tuningEpisodes = 400;

/** A policy that was not trained, and what it was made with. */
export interface Baseline {
  readonly name: string;
  readonly how: string;
  readonly policy: Policy;
}

/** One comparison: an environment, how the agent trains in it, and whom it is compared with. */
export interface Task {
  readonly name: string;
  readonly title: string;
  /** What happens in an episode, in words. */
  readonly setting: string;
  /** What is told of an episode beside its return, with its unit. */
  readonly outcome: string;
  readonly totalSteps: number;
  readonly params: Record<string, unknown>;
  make(count: number): Judged;
  baselines(): readonly Baseline[];
}

const ppo = { batchSize: 2048, epochs: 6, annealLearningRate: true, gamma: 1 }; // Sessions are short: nothing is discounted.

/** The candidate that gets the best mean return in episodes of their own, and that return. */
function tuned<Candidate>(candidates: readonly Candidate[], policyOf: (candidate: Candidate) => Policy, judged: Judged): Candidate {
  const returns = candidates.map((candidate) => mean(judge(policyOf(candidate), judged, tuningSeed, tuningEpisodes).returns));
  return candidates[returns.indexOf(Math.max(...returns))]!;
}

/** A market in which tasks are set, and what it is called. */
interface Setting {
  readonly suffix: string;
  readonly words: string;
  readonly market: FlowSpecification;
}

const plain: Setting = { suffix: "", words: "zero-intelligence flow", market: { warmUpMs: 3000 } };
const mixed: Setting = {
  suffix: "-mixed",
  words: "a market of zero-intelligence and Hawkes flow, market makers, momentum, mean-reversion and informed traders",
  market: { preset: "mixed", warmUpMs: 3000 },
};

function execution({ suffix, words, market }: Setting): Task {
  const spec = OptimalExecution.parse({
    session: { stepMs: 1000, steps: 60, market },
    quantityLots: 120,
    riskPenaltyBps: 0.02,
    maxPace: 10,
  });
  const task: Task = {
    name: `execution${suffix}`,
    title: `Optimal execution in ${words}`,
    setting: `Selling ${spec.quantityLots} lots within ${spec.session.steps} seconds by market orders, one decision a second. The return is minus the implementation shortfall in bps of the value at arrival, less ${spec.riskPenaltyBps} bps × (share left)² a second.`,
    outcome: "shortfall, bps",
    totalSteps: 1_000_000,
    params: { ...ppo, nSteps: 512, learningRate: 5e-4, gaeLambda: 0.98, logStdInit: -0.5 },
    make(count) {
      const environment = createOptimalExecution(spec, { count, book });
      return { environment, outcome: (index) => environment.finalShortfallBps[index]! };
    },
    baselines() {
      const { quantityLots: quantity, riskPenaltyBps, session } = spec;
      const environment = createOptimalExecution(spec, { count: 1, book });
      const facts = impactOf(spec);
      const period = session.stepMs / 1000;
      // The penalty a step, in ticks × lots, is λ·σ²·τ·x² with this λ.
      const valued = riskPenaltyBps * 1e-4 * quantity * environment.ledger(0).doubleMidTicks * 0.5;
      const riskAversion = valued / (quantity ** 2 * facts.volatility ** 2 * period);
      const scheduled = (aversion: number) =>
        almgrenChriss({ quantity, periods: session.steps, periodLength: period, ...facts, riskAversion: aversion });
      const found = tuned(
        [0, 0.25, 0.5, 1, 2, 4, 8].map((times) => times * riskAversion),
        (aversion) => schedulePolicy(environment, scheduled(aversion).holdings),
        task.make(50),
      );
      const told = (aversion: number) => `λ = ${aversion.toExponential(2)}, κ = ${scheduled(aversion).urgency.toFixed(4)} a second`;
      const fitted = `σ = ${facts.volatility.toFixed(3)} ticks/√s, ε = ${facts.fixedCost.toFixed(3)} ticks, η = ${facts.temporaryImpact.toFixed(4)} and γ = ${facts.permanentImpact.toFixed(4)} ticks a lot`;
      return [
        { name: "TWAP", how: "the same every second", policy: schedulePolicy(environment, twapHoldings(quantity, session.steps)) },
        {
          name: "VWAP",
          how: "in proportion to the mean volume of each second of simulated sessions",
          policy: schedulePolicy(environment, vwapHoldings(quantity, volumesOf(spec))),
        },
        {
          name: "Almgren–Chriss",
          how: `${fitted}, from simulated sessions; ${told(riskAversion)}, from the penalty`,
          policy: schedulePolicy(environment, scheduled(riskAversion).holdings),
        },
        {
          name: "Almgren–Chriss, tuned",
          how: `the same but λ with the best return in ${tuningEpisodes} other episodes: ${told(found)}`,
          policy: schedulePolicy(environment, scheduled(found).holdings),
        },
      ];
    },
  };
  return task;
}

/** What a lot² held costs a step, and how PPO is told to learn under it. */
interface Aversion {
  readonly suffix: string;
  readonly words: string;
  readonly inventoryPenalty: number;
  readonly totalSteps: number;
  readonly params: Record<string, unknown>;
}

const averse: Aversion = {
  suffix: "",
  words: "",
  inventoryPenalty: 0.005,
  totalSteps: 2_000_000,
  params: { ...ppo, nSteps: 256, learningRate: 1e-3, gaeLambda: 0.9, logStdInit: -1 },
};
const lenient: Aversion = {
  suffix: "-lenient",
  words: ", inventory penalised a tenth as much",
  inventoryPenalty: 0.0005,
  totalSteps: 1_500_000,
  params: { ...ppo, nSteps: 256, learningRate: 5e-4, gamma: 0.99, gaeLambda: 0.8, logStdInit: -1 },
};

function marketMaking({ suffix, words, market }: Setting, aversion: Aversion): Task {
  const spec = MarketMaking.parse({
    session: { stepMs: 250, steps: 240, market },
    maxOffsetTicks: 10,
    maxInventoryLots: 10,
    inventoryPenalty: aversion.inventoryPenalty,
  });
  const task: Task = {
    name: `market-making${suffix}${aversion.suffix}`,
    title: `Market making in ${words}${aversion.words}`,
    setting: `Quoting one lot on each side, a decision every ${spec.session.stepMs} ms, ${spec.session.steps} in a session that closes at the end; at most ${spec.maxInventoryLots} lots either way. The return is the change of wealth in ticks × lots less ${spec.inventoryPenalty} × lots² a step.`,
    outcome: "wealth at the close, ticks × lots",
    totalSteps: aversion.totalSteps,
    params: aversion.params,
    make(count) {
      const environment = createMarketMaking(spec, { count, book });
      return { environment, outcome: (index) => environment.finalLedger(index)!.doubleWealth / 2 };
    },
    baselines() {
      const environment = createMarketMaking(spec, { count: 1, book });
      const { rate, decay, volatility } = arrivalsOf(spec);
      const quoting = (riskAversion: number) => avellanedaStoikovPolicy(environment, { riskAversion, volatility, decay });
      // A small position's variance costs γσ²q²/2 a second in their utility, φq² a step here.
      const matched = (2 * spec.inventoryPenalty * 1000) / spec.session.stepMs / volatility ** 2;
      const found = tuned([0.0003, 0.001, 0.003, 0.006, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2], quoting, task.make(50));
      const steady = (distance: number) => constantSpreadPolicy(environment, distance);
      const distance = tuned([1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8], steady, task.make(50));
      const fitted = `A = ${rate.toFixed(3)} fills a second, k = ${decay.toFixed(3)} a tick, σ = ${volatility.toFixed(3)} ticks/√s, from simulated sessions`;
      return [
        {
          name: "constant spread",
          how: `${distance} ticks from the mid on either side, the best in ${tuningEpisodes} other episodes`,
          policy: steady(distance),
        },
        {
          name: "Avellaneda–Stoikov",
          how: `${fitted}; γ = ${matched.toFixed(4)}, at which a lot held costs their utility what the penalty does`,
          policy: quoting(matched),
        },
        {
          name: "Avellaneda–Stoikov, tuned",
          how: `the same but γ = ${found}, the best in ${tuningEpisodes} other episodes`,
          policy: quoting(found),
        },
      ];
    },
  };
  return task;
}

const all = [execution(plain), marketMaking(plain, averse), marketMaking(plain, lenient), execution(mixed), marketMaking(mixed, averse)];

/** The comparisons, by name. */
export const tasks: Readonly<Record<string, Task>> = Object.fromEntries(all.map((task) => [task.name, task]));
