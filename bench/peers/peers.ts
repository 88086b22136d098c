import { UserError } from "../../src/base/index.ts";
import { type Job, jobs } from "./jobs.ts";

/** A program that is measured beside ours: its packages, by files of `requirements/`, its script, and the jobs it can do. */
export interface Peer {
  readonly name: string;
  readonly requirements: readonly string[];
  readonly script: string;
  readonly jobs: readonly string[];
}

const feedForward = ["ppo/default", "ppo/vector", "ppo/pendulum", "sac/small", "td3/small", "sac/large"];

/** Every peer, in the order of the report. */
export const peers: readonly Peer[] = [
  { name: "sb3", requirements: ["torch", "sb3"], script: "sb3.py", jobs: feedForward },
  { name: "sb3-contrib", requirements: ["torch", "sb3"], script: "sb3.py", jobs: ["ppo/recurrent"] },
  { name: "sbx", requirements: ["torch", "sb3", "sbx"], script: "sbx_jax.py", jobs: feedForward },
  { name: "torch", requirements: ["torch"], script: "torch_file.py", jobs: feedForward },
  {
    name: "rltools",
    requirements: ["rltools"],
    script: "rltools_native.py",
    jobs: ["ppo/pendulum", "sac/small", "td3/small", "sac/large"],
  },
  {
    name: "vectorbt",
    requirements: ["vectorbt"],
    script: "vectorbt_columns.py",
    jobs: ["backtest/events", "backtest/vectorised", "backtest/sweep"],
  },
  { name: "backtesting", requirements: ["backtesting"], script: "backtesting_loop.py", jobs: ["backtest/events", "backtest/sweep"] },
  { name: "backtrader", requirements: ["backtrader"], script: "backtrader_loop.py", jobs: ["backtest/events", "backtest/sweep"] },
];

/** What belongs beside us and is not measured, with the reason. */
export const unobtainable = [
  {
    name: "pufferlib",
    reason: "PyPI has no wheel of PufferLib 3.0.0, and its sources fetch Box2D and raylib from GitHub while they are built",
  },
] as const;

/** One peer at one job. */
export interface Pair {
  readonly job: Job;
  readonly peer: Peer;
}

/** The pairs that the names mean, by job: a peer, a job, a group of jobs, or peer and job. None means all. Throws `usage/invalid-option`. */
export function choose(names: readonly string[]): readonly Pair[] {
  const all = jobs.flatMap((job) => peers.filter((peer) => peer.jobs.includes(job.name)).map((peer) => ({ job, peer })));
  const isMeant = ({ job, peer }: Pair, name: string) =>
    [job.name, `${peer.name}/${job.name}`].some((whole) => whole === name || whole.startsWith(`${name}/`));
  for (const name of names) {
    if (all.some((pair) => isMeant(pair, name))) continue;
    throw new UserError("usage/invalid-option", `There is no peer and no job "${name}"`, {
      path: "only",
      hint: `Peers: ${peers.map((peer) => peer.name).join(", ")}. Jobs: ${jobs.map((job) => job.name).join(", ")}.`,
    });
  }
  return names.length === 0 ? all : all.filter((pair) => names.some((name) => isMeant(pair, name)));
}
