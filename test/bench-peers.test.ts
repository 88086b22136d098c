import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Job, jobs, megaflop } from "../bench/peers/jobs.ts";
import { choose, peers } from "../bench/peers/peers.ts";
import { runProcess } from "../bench/peers/process.ts";
import { type Figure, parseLine, relate, renderReport } from "../bench/peers/report.ts";

const folder = join(import.meta.dirname, "..", "bench", "peers");
const job = (name: string): Job => jobs.find((one) => one.name === name)!;

// As the scripts printed it; what comes before the last line is the chatter of the libraries.
const recorded = {
  sb3: '{"name": "ppo/default", "value": 1518.396376781887, "unit": "steps/s", "note": "best of 2; stable-baselines3 2.9.2, torch 2.15.0+cu132"}\n',
  rltools:
    'Time: 0.264s\nTime: 0.27s\n{"name": "ppo/pendulum", "value": 0.26460021200000483, "unit": "s", "note": "best of 3; rltools 2.2.1, OpenBLAS 0.3.34.481.3"}\n',
  peak: '{"name": "peak/sgemm", "value": 247.34080954339552, "unit": "GF/s", "note": "NumPy 2.4.6: 247, PyTorch 2.15.0+cu132: 114"}\n',
};

test("a script's figure is its last line", () => {
  expect(parseLine(recorded.sb3, job("ppo/default"))).toMatchObject({ value: 1518.396376781887 });
  expect(parseLine(recorded.rltools, job("ppo/pendulum"))).toMatchObject({ value: 0.26460021200000483, unit: "s" });
  expect(parseLine(recorded.peak, { name: "peak/sgemm", unit: "GF/s" })).toMatchObject({
    note: "NumPy 2.4.6: 247, PyTorch 2.15.0+cu132: 114",
  });
});

test.each([
  ["another job's figure", recorded.sb3, "ppo/vector"],
  ["no figure", "Time: 0.264s\n", "ppo/default"],
  ["nothing", "", "ppo/default"],
  ["a field more", recorded.sb3.replace("{", '{"extra": 1, '), "ppo/default"],
  ["no number", recorded.sb3.replace("1518.396376781887", "null"), "ppo/default"],
])("%s is reported as a failure", (_case, stdout, name) => {
  expect(parseLine(stdout, job(name))).toEqual({ failure: expect.stringContaining(`no ${name} in steps/s`) as string });
});

// The roofline table of the reference, MFLOP an environment step or an update.
test.each([
  ["ppo/pendulum", 0.12],
  ["sac/small", 14],
  ["td3/small", 10],
  ["sac/large", 546],
])("the arithmetic of %s is the reference's", (name, expected) => {
  expect(Math.abs(megaflop(job(name)) / expected - 1)).toBeLessThan(0.005);
});

test("the arithmetic of recurrent PPO is the reference's at its shape", () => {
  const recurrent = { ...job("ppo/recurrent"), environment: "pendulum", epochs: 20 } as Job;
  expect(Math.abs(megaflop(recurrent) / 5.27 - 1)).toBeLessThan(0.05); // It observes four numbers and counts their gradient too.
});

const figure = (program: string, name: string, value: number): Figure => ({ program, job: job(name), value, note: `${program} 1.0` });

test("figures are set in relation to ours, whether more or less is better, and to the limit", () => {
  const results = relate(
    [
      figure("tradewind", "ppo/default", 30_000),
      figure("sb3", "ppo/default", 1500),
      figure("tradewind", "ppo/pendulum", 0.5),
      figure("rltools", "ppo/pendulum", 0.25),
      figure("sbx", "td3/small", 20),
    ],
    200,
  );
  expect(results.map(({ speedup }) => speedup)).toEqual([null, 20, null, 0.5, null]);
  expect(results[1]!.peakShare).toBeCloseTo((1500 * megaflop(job("ppo/default"))) / 200e3, 12);
  expect(results[3]!.peakShare).toBeCloseTo(((307_200 / 0.25) * megaflop(job("ppo/pendulum"))) / 200e3, 12);
  expect(relate([figure("sb3", "ppo/default", 1500)], null)[0]).toMatchObject({ speedup: null, peakShare: null });
});

test("backtests have no share of the limit, and milliseconds compare like seconds", () => {
  const results = relate([figure("tradewind", "backtest/vectorised", 100), figure("vectorbt", "backtest/vectorised", 400)], 200);
  expect(results[1]).toMatchObject({ speedup: 4, peakShare: null });
  const sweeps = relate([figure("tradewind", "backtest/sweep", 2), figure("backtesting", "backtest/sweep", 60)], 200);
  expect(sweeps[1]!.speedup).toBe(30);
});

test("the table shows each job with its ratios, the limit, and what is missing with the reason", () => {
  const text = renderReport({
    machine: { cpu: "Some CPU", cores: 2, memoryGiB: 23, node: "24.0.0" },
    peak: { name: "peak/sgemm", value: 250, unit: "GF/s", note: "NumPy 2.4.6" },
    results: relate([figure("tradewind", "ppo/default", 30_000), figure("sb3", "ppo/default", 1500)], 250),
    missing: [{ name: "pufferlib", reason: "no wheel" }],
  });
  expect(text).toBe(
    [
      "Some CPU, 2 cores, 23 GiB, Node 24.0.0",
      "One core's limit: 250 GF/s (NumPy 2.4.6)",
      [
        "program and job        figure  unit     ours is  of peak  note",
        "tradewind/ppo/default   30000  steps/s        –    10.4%  tradewind 1.0",
        "sb3/ppo/default          1500  steps/s    20.0×     0.5%  sb3 1.0",
      ].join("\n"),
      "not measured: pufferlib: no wheel",
    ].join("\n\n"),
  );
});

test("names choose peers, jobs, groups and pairs; an unknown one is refused", () => {
  const chosen = (...names: string[]) => choose(names).map(({ peer, job: { name } }) => `${peer.name}/${name}`);
  expect(chosen("td3")).toEqual(["sb3/td3/small", "sbx/td3/small", "torch/td3/small", "rltools/td3/small"]);
  expect(chosen("sb3-contrib", "rltools/sac/large")).toEqual(["rltools/sac/large", "sb3-contrib/ppo/recurrent"]);
  expect(chosen().length).toBe(peers.reduce((sum, peer) => sum + peer.jobs.length, 0));
  expect(() => choose(["sb4"])).toThrow(expect.objectContaining({ code: "usage/invalid-option", path: "only" }) as Error);
});

test.each(peers)("$name has its script, its jobs, and packages pinned to a version", ({ script, requirements, jobs: names }) => {
  expect(existsSync(join(folder, "python", script))).toBe(true);
  for (const name of names) expect(job(name), name).toBeDefined();
  for (const name of requirements) {
    const lines = readFileSync(join(folder, "requirements", `${name}.txt`), "utf8")
      .trim()
      .split("\n");
    for (const line of lines.filter((text) => !text.startsWith("#"))) expect(line).toMatch(/^[\w-]+==[\w.]+(?:; |$)/);
  }
});

const runNode = (script: string, limitMs = 30_000) =>
  runProcess(process.execPath, ["-e", script], { signal: new AbortController().signal, limitMs });

test("a program gives what it printed, or its own words on why it failed", async () => {
  expect(await runNode("console.log('figure')")).toEqual({ stdout: "figure\n" });
  expect(await runNode("console.error('loading'); throw new TypeError('no such wheel')")).toEqual({ failure: "TypeError: no such wheel" });
  expect(await runNode("console.error('needs a compiler\\nsee the manual'); process.exit(1)")).toEqual({ failure: "needs a compiler" });
  expect(await runNode("setInterval(() => {}, 1000)", 60)).toEqual({ failure: "not finished after 0.001 minutes" });
  const nowhere = runProcess("no-such-program-anywhere", [], { signal: new AbortController().signal, limitMs: 1000 });
  expect(await nowhere).toEqual({ failure: expect.stringContaining("ENOENT") as string });
});
