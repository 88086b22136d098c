import { halfWidth, mean } from "./judge.ts";
import { type Task, tasks } from "./tasks.ts";

/** How one policy did: means over the episodes of each seed. */
export interface Told {
  readonly name: string;
  readonly how: string;
  readonly returns: readonly number[];
  readonly outcomes: readonly number[];
  /** Standard deviation of an episode's outcome. */
  readonly outcomeDeviation: number;
}

/** What a comparison gave, as it is kept between runs, by the name of its task. */
export type Kept = Readonly<
  Record<
    string,
    {
      readonly date: string;
      readonly machine: string;
      readonly minutes: number;
      readonly seeds: readonly number[];
      readonly episodes: number;
      readonly agent: Told;
      readonly baselines: readonly Told[];
    }
  >
>;

/** The page that tells the comparisons. */
export const documentOf = (kept: Kept): string => `<!-- Written by \`npm run bench -- comparison\` from bench/market-comparisons.ts. -->

# Trained agents beside closed forms

PPO at hand-picked hyperparameters against schedules and quotes from the literature, in the synthetic order books of
\`src/market/flow/\`. Closed forms are calibrated to the same flow, and those called tuned were also searched for the best return. Each
seed of training is judged in episodes of its own, in which every policy meets the same seeds of the market. Intervals are 95 % t
intervals over the seeds of training of the difference in mean return (the agent less the baseline): they hold what training and the
choice of episodes let vary. Schedules see nothing of the book and the quotes of closed forms only the mid price, the inventory and the
time, while the agent sees the touch, the flow and its place in the queue. This says how agents do in these simulations, and nothing of
real markets.

${Object.values(tasks)
  .map((task) => section(task, kept[task.name]))
  .join("\n\n")}
`;

function section(task: Task, result: Kept[string] | undefined): string {
  const head = `## ${task.title}\n\n${task.setting}\n`;
  if (!result) return `${head}\nNot measured yet: \`npm run bench -- comparison/${task.name}\`.`;
  const { agent, baselines, date, machine, minutes, seeds, episodes } = result;
  const lines = [agent, ...baselines].map((policy) => lineOf(policy, agent));
  return `${head}
| policy | return | ${task.outcome} | std of an episode's | agent's return less this one's |
|---|---|---|---|---|
${lines.join("\n")}

${verdict(agent, baselines)}

${[agent, ...baselines].map(({ name, how }) => `- ${name}: ${how}.`).join("\n")}

${seeds.length} seeds, ${episodes.toLocaleString("en-US")} episodes each; ${date}, ${machine}, ${minutes.toFixed(1)} min. Again by \`npm run bench -- comparison/${task.name}\`.`;
}

const differences = (agent: Told, other: Told): number[] => agent.returns.map((value, index) => value - other.returns[index]!);

function lineOf(policy: Told, agent: Told): string {
  const gap = differences(agent, policy);
  const difference = policy === agent ? "" : `${mean(gap).toFixed(3)} ± ${halfWidth(gap).toFixed(3)}`;
  return `| ${[policy.name, mean(policy.returns).toFixed(3), mean(policy.outcomes).toFixed(3), policy.outcomeDeviation.toFixed(2), difference].join(" | ")} |`;
}

/** What the intervals say, in words. */
function verdict(agent: Told, baselines: readonly Told[]): string {
  const verdicts = baselines.map((baseline) => {
    const gap = differences(agent, baseline);
    const [middle, half] = [mean(gap), halfWidth(gap)];
    if (middle - half > 0) return `better than ${baseline.name}`;
    return middle + half < 0 ? `worse than ${baseline.name}` : `not told apart from ${baseline.name}`;
  });
  return `The agent is ${verdicts.join(", ")}.`;
}
