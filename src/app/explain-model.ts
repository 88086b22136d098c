import { z } from "zod";
import { Random } from "../base/index.ts";
import { explainPolicy, type PolicyExplanation, policyFunction } from "../evaluation/index.ts";
import type { Agent } from "../trading/index.ts";
import type { Judge, Rows } from "./judge.ts";
import { loadTradingModel, type TradingModel } from "./model.ts";

/** How the chosen agent is explained in a report. */
export const ExplainSpec = z.strictObject({
  observations: z
    .int()
    .min(0)
    .max(10_000)
    .default(200)
    .describe("How many of the test stretch are looked at, evenly spread; 0 for no explanation"),
});

/** What an explanation needs to know: how many observations, and what makes it repeatable. */
export interface ExplainOptions extends z.output<typeof ExplainSpec> {
  readonly seed: number;
}

/** Enough for a report, and some 30,000 answers where features are as many as usual: an ensemble of large networks takes a millisecond each. */
const effort = { decisions: 10, background: 10, orders: 4, repeats: 5 };

/** Of a longer stretch its last bars are gone through. */
const mostBars = 5000;

/**
 * Explains a saved model by what it observed when it was judged on rows of the data; `null` where no observation was asked for, or none
 * was ready.
 */
export async function explainModel(
  modelFolder: string,
  judge: Judge,
  { from, to }: Rows,
  { observations, seed }: ExplainOptions,
): Promise<PolicyExplanation | null> {
  if (observations === 0) return null;
  const model = await loadTradingModel(modelFolder);
  const rows = { from: Math.max(from, to - mostBars), to };
  const { agent, seen } = watched(model, Math.max(1, Math.floor((rows.to - rows.from) / observations)));
  await judge.judge(agent, rows);
  if (seen.length === 0) return null;
  const { names, size } = model.observer();
  const together = new Float32Array(seen.length * size);
  seen.forEach((observation, row) => together.set(observation, row * size));
  return explainPolicy(policyFunction(model.policy, names), together, { random: new Random(seed, 31), observations, ...effort });
}

/** The model's agent, and every so manieth of its observations. */
function watched(model: TradingModel, every: number): { readonly agent: Agent; readonly seen: Float32Array[] } {
  const [own, observer] = [model.agent(), model.observer()];
  const seen: Float32Array[] = [];
  let ready = 0;
  const agent: Agent = {
    update(bar) {
      own.update(bar);
      observer.update(bar);
    },
    decide(account, orders) {
      if (observer.ready && ready++ % every === 0) {
        const observation = new Float32Array(observer.size);
        observer.observe(account, observation);
        seen.push(observation);
      }
      return own.decide(account, orders);
    },
  };
  return { agent, seen };
}
