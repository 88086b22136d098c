import { assert, Random } from "../../src/base/index.ts";
import { type Bars, toMoney } from "../../src/domain/index.ts";
import { createObserver, EnvironmentSpecification } from "../../src/env/index.ts";
import { backtest } from "../../src/evaluation/index.ts";
import { defaultFeatures, featurePipeline } from "../../src/features/index.ts";
import { Costs } from "../../src/market/index.ts";
import { encodePolicy, openPolicy, policyNetwork } from "../../src/rl/network-policy.ts";
import { actorCritic } from "../../src/rl/policies/index.ts";
import { policyAgent } from "../../src/trading/index.ts";

const costs = Costs.parse({ feeBps: 1, slippageBps: 0 });
const specification = EnvironmentSpecification.parse({});

/**
 * Lets a network of two layers of 64 trade, as PPO has it unless told otherwise, over the default features and what the default
 * environment tells of the account; features, orders and figures included. Its weights are those before training: a decision takes as
 * long whatever they are, but how often it trades depends on them, and where it trades it must be asked anew. Gives the number of fills.
 */
export function policyThrough(seed: number): (bars: Bars) => Promise<number> {
  const { size, schema, actionSpace } = createObserver(specification, featurePipeline(defaultFeatures));
  const network = actorCritic({ observationSize: size, actionSpace, hidden: [64, 64] }, new Random(seed));
  const model = encodePolicy(policyNetwork(network, size, actionSpace, undefined), "benchmark");
  const policy = openPolicy(model, { observationSchema: schema, observationSize: size, actionSpace });
  return async (bars) => {
    const agent = policyAgent(createObserver(specification, featurePipeline(defaultFeatures)), policy);
    const initialCash = toMoney(bars.instrument, 100_000);
    const { fills } = await backtest({ agent, bars, from: 0, to: bars.close.length, costs, initialCash });
    assert(fills.length > 0, "a policy trades");
    return fills.length;
  };
}
