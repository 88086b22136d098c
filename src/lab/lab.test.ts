import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manualClock, UserError } from "../base/index.ts";
import { type Lab, openLab } from "./index.ts";

const noon = Date.UTC(2026, 0, 2, 12);
const policy = {
  algorithm: "ppo",
  observationSize: 4,
  observationSchema: "abc",
  actionSpace: { kind: "discrete", count: 3, labels: ["short", "flat", "long"] },
  weightsSha256: "00ff",
};
const manifest = {
  policy,
  runId: "demo-1",
  scaler: { mean: [0, 0, 0, 0] },
};

let root: string;
let lab: Lab;
let clock: ReturnType<typeof manualClock>;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "tradewind-lab-"));
  clock = manualClock(noon);
  lab = await openLab(join(root, "lab"), clock);
});

afterEach(async () => {
  await lab.close();
  rmSync(root, { recursive: true });
});

function modelFolder(changes: Record<string, unknown> = {}): string {
  const folder = join(root, "model");
  mkdirSync(join(folder, "extra"), { recursive: true });
  writeFileSync(join(folder, "policy.onnx"), "weights");
  writeFileSync(join(folder, "extra", "notes.txt"), "notes");
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, ...changes }));
  return folder;
}

/** Runs a module's text in another process, with the lab's module as `openLab`; gives its exit code or signal, and its output. */
function elsewhere(text: string): Promise<{ ended: number | string | null; out: string }> {
  const lines = [
    `import { openLab } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};`,
    `const root = ${JSON.stringify(root)};`,
    text,
  ];
  const child = spawn(process.execPath, ["--input-type=module", "-e", lines.join("\n")], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ ended: code ?? signal, out })));
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "no error",
    (error: unknown) => (error instanceof UserError ? error.code : error),
  );

describe("runs", () => {
  const job = { name: "S&P 500, demo", symbol: "SP500", synthetic: false, algorithm: "ppo" };

  test("a run is created, changed, listed newest first and still there after reopening", async () => {
    const first = await lab.runs.create(job);
    expect(first).toEqual({
      id: "s-p-500-demo-20260102-120000",
      ...job,
      status: "running",
      createdAt: "2026-01-02T12:00:00.000Z",
      headline: null,
      message: null,
      metrics: null,
    });
    expect((await lab.runs.create(job)).id, "created in the same second").toBe("s-p-500-demo-20260102-120000-2");
    clock.set(noon + 1000);
    const later = await lab.runs.create({ ...job, synthetic: true });
    const metrics = { totalReturn: 0.1, sharpe: null } as never;
    await lab.runs.update(first.id, { status: "finished", headline: "not distinguishable", metrics });
    await lab.close();
    lab = await openLab(join(root, "lab"), clock);
    expect(await lab.runs.get(first.id)).toMatchObject({ status: "finished", headline: "not distinguishable", metrics, synthetic: false });
    expect(await lab.runs.update(first.id, {}), "nothing to change").toMatchObject({ status: "finished" });
    expect((await lab.runs.list())[0]).toEqual({ ...later, synthetic: true });
    expect(await codeOf(lab.runs.get("none"))).toBe("run/not-found");
    expect(await codeOf(lab.runs.update("none", { status: "failed" }))).toBe("run/not-found");
  });

  test("points come back by seed and steps, a repeated one replaced; so do files", async () => {
    const { id } = await lab.runs.create(job);
    await lab.runs.addPoints(id, [
      { seed: 2, steps: 10, loss: 1 },
      { seed: 1, steps: 20, loss: 2 },
      { seed: 1, steps: 10, loss: null },
    ]);
    await lab.runs.addPoints(id, [{ seed: 1, steps: 20, loss: 3 }]);
    await lab.runs.addPoints(id, []);
    expect(await lab.runs.points(id)).toEqual([
      { seed: 1, steps: 10, loss: null },
      { seed: 1, steps: 20, loss: 3 },
      { seed: 2, steps: 10, loss: 1 },
    ]);
    await lab.runs.addArtifact(id, "report.json", "out/a.json");
    await lab.runs.addArtifact(id, "report.json", "out/b.json");
    expect(await lab.runs.artifacts(id)).toEqual({ "report.json": "out/b.json" });
    await expect(lab.runs.addPoints("none", [{ seed: 1, steps: 1 }]), "points belong to a run").rejects.toThrow("FOREIGN KEY");
  });

  test("a run whose process died is failed when the lab is opened next", async () => {
    const { out, ended } = await elsewhere(`
      const lab = await openLab(root + "/lab", { now: () => ${noon}, elapsed: () => 0 });
      console.log((await lab.runs.create(${JSON.stringify(job)})).id);`);
    expect(ended).toBe(0);
    const mine = await lab.runs.create(job);
    const other = await openLab(join(root, "lab"), clock);
    expect(await other.runs.get(out.trim())).toMatchObject({ status: "failed", message: "The process that did the work has ended." });
    expect(await other.runs.get(mine.id)).toMatchObject({ status: "running" });
    await other.close();
  });

  test("a run that goes on in another process than it began in is that process's", async () => {
    const { out } = await elsewhere(`
      const lab = await openLab(root + "/lab", { now: () => ${noon}, elapsed: () => 0 });
      console.log((await lab.runs.create(${JSON.stringify(job)})).id);`);
    await lab.runs.update(out.trim(), { status: "running" });
    const other = await openLab(join(root, "lab"), clock);
    expect(await other.runs.get(out.trim())).toMatchObject({ status: "running" });
    await other.close();
  });
});

describe("models", () => {
  test("versions count up within a name; a name alone means the newest", async () => {
    const first = await lab.models.register(modelFolder(), "btc");
    expect(first).toEqual({
      id: "btc@1",
      name: "btc",
      version: 1,
      runId: "demo-1",
      algorithm: "ppo",
      createdAt: "2026-01-02T12:00:00.000Z",
      observationSize: 4,
      observationSchema: "abc",
      actionSpace: policy.actionSpace,
      weightsSha256: "00ff",
    });
    await lab.models.register(modelFolder({ runId: undefined }), "btc");
    await lab.models.register(modelFolder(), "eth");
    expect(await lab.models.get("btc")).toMatchObject({ id: "btc@2", runId: null });
    expect(await lab.models.get("btc@1")).toEqual(first);
    expect((await lab.models.list()).map(({ id }) => id)).toEqual(["btc@2", "btc@1", "eth@1"]);
    for (const id of ["btc@3", "none", "", "btc@x"]) expect(await codeOf(lab.models.get(id)), id).toBe("model/not-found");
    const { folder, manifest: loaded } = await lab.models.load("btc@1");
    expect(readFileSync(join(folder, "extra", "notes.txt"), "utf8")).toBe("notes");
    expect(loaded.scaler, "what the registry does not know is kept").toEqual(manifest.scaler);
  });

  test("what differs from what was registered is named", async () => {
    await lab.models.register(modelFolder(), "btc");
    const { folder } = await lab.models.load("btc");
    const damage: [file: string, act: (path: string) => void, said: string][] = [
      ["policy.onnx", (path) => writeFileSync(path, "weightz"), "has SHA-256"],
      ["manifest.json", (path) => writeFileSync(path, readFileSync(path, "utf8").replace("ppo", "a2c")), "has SHA-256"],
      ["extra/notes.txt", (path) => rmSync(path), "is missing"],
      ["stray.txt", (path) => writeFileSync(path, ""), "was added"],
    ];
    for (const [file, act, said] of damage) {
      const path = join(folder, file);
      const before = file === "stray.txt" ? undefined : readFileSync(path);
      act(path);
      await expect(lab.models.load("btc"), file).rejects.toMatchObject({
        code: "model/invalid",
        path,
        message: expect.stringContaining(`${file} ${said}`) as string,
      });
      if (before === undefined) rmSync(path);
      else writeFileSync(path, before);
    }
    expect((await lab.models.load("btc")).model.id).toBe("btc@1");
    rmSync(folder, { recursive: true });
    expect(await codeOf(lab.models.load("btc"))).toBe("model/invalid");
  });

  test.each([
    ["no folder", () => join(root, "nowhere")],
    ["a field is wrong", () => modelFolder({ policy: { ...policy, observationSize: -1 } })],
    ["a field is missing", () => modelFolder({ policy: { ...policy, actionSpace: undefined } })],
    ["the manifest is no JSON", () => (writeFileSync(join(modelFolder(), "manifest.json"), "{"), join(root, "model"))],
    ["a member of an ensemble is missing", () => modelFolder({ ensemble: { members: 2 } })],
    ["the policy is missing", () => (rmSync(join(modelFolder(), "policy.onnx")), join(root, "model"))],
  ])("nothing is registered when %s", async (_why, source) => {
    expect(await codeOf(lab.models.register(source(), "btc"))).toBe("model/invalid");
    expect(await lab.models.list()).toEqual([]);
  });

  test.each(["", "../up", "a/b", ".hidden", "btc@1"])("%j is no name", async (name) => {
    expect(await codeOf(lab.models.register(modelFolder(), name))).toBe("model/invalid");
  });

  test("a crash before the record leaves nothing that is seen, and the next registration clears up", async () => {
    const { ended } = await elsewhere(`
      const lab = await openLab(root + "/lab", { now: () => process.kill(process.pid, "SIGKILL"), elapsed: () => 0 });
      await lab.models.register(${JSON.stringify(modelFolder())}, "btc");`);
    expect(ended).toBe("SIGKILL");
    expect(await lab.models.list()).toEqual([]);
    const folder = join(root, "lab", "models");
    expect(readdirSync(folder), "the crash came after the copying").toHaveLength(1);
    expect((await lab.models.register(modelFolder(), "btc")).id).toBe("btc@1");
    expect(readdirSync(folder)).toEqual(["btc"]);
  });

  test("a crash between moving the folder and recording it leaves a folder that is replaced", async () => {
    const orphan = join(root, "lab", "models", "btc", "1");
    mkdirSync(orphan, { recursive: true });
    writeFileSync(join(orphan, "policy.onnx"), "half of it");
    expect(await codeOf(lab.models.get("btc"))).toBe("model/not-found");
    await lab.models.register(modelFolder(), "btc");
    expect((await lab.models.load("btc@1")).folder).toBe(orphan);
  });

  test("when the folder cannot be moved, nothing is recorded", async () => {
    mkdirSync(join(root, "lab", "models"), { recursive: true });
    writeFileSync(join(root, "lab", "models", "btc"), "a file where the folder should go");
    await expect(lab.models.register(modelFolder(), "btc")).rejects.toThrow();
    expect(await lab.models.list()).toEqual([]);
    expect(readdirSync(join(root, "lab", "models"))).toEqual(["btc"]);
  });
});

test("several processes open a new lab at once and register without losing or doubling a version", async () => {
  modelFolder();
  const code = `
    const lab = await openLab(root + "/shared", { now: () => ${noon}, elapsed: () => 0 });
    await Promise.all([1, 2, 3].map(() => lab.models.register(root + "/model", "btc")));
    await lab.runs.create({ name: "job", symbol: "X", synthetic: true, algorithm: "ppo" });
    await lab.close();`;
  const ends = await Promise.all(Array.from({ length: 4 }, () => elsewhere(code)));
  expect(ends.map(({ ended }) => ended)).toEqual([0, 0, 0, 0]);
  const shared = await openLab(join(root, "shared"), clock);
  const versions = (await shared.models.list()).map(({ version }) => version);
  expect(versions).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  for (const version of versions) await shared.models.load(`btc@${version}`);
  expect(new Set((await shared.runs.list()).map(({ id }) => id)).size).toBe(4);
  await shared.close();
}, 60_000);

test("a file that is no database is refused and left alone", async () => {
  mkdirSync(join(root, "bad"));
  const path = join(root, "bad", "lab.sqlite");
  writeFileSync(path, "this is a diary, not a database".repeat(50));
  expect(await codeOf(openLab(join(root, "bad"), clock))).toBe("state/unreadable");
  expect(readFileSync(path, "utf8")).toContain("diary");
});
