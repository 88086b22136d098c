import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "..", "bin", "tradewind.js");
const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });

test("help names every command, and `--json` is one document with the log elsewhere", () => {
  const help = run("--help");
  expect(help.status).toBe(0);
  expect(help.stdout).toContain("doctor");
  const bench = run("bench", "--list", "--json");
  expect(bench.status).toBe(0);
  const { machine, results } = JSON.parse(bench.stdout) as { machine: { cores: number }; results: { name: string }[] };
  expect(machine.cores).toBeGreaterThan(0);
  expect(results.map(({ name }) => name)).toContain("cli/help");
});

test("a mistake is exit code 2, on both streams", () => {
  const { status, stdout, stderr } = run("docter", "--json");
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage/unknown-command", path: "docter" } });
  expect(stderr).toContain("Did you mean doctor?");
  expect(run("bench", "nothing/such").stderr).toContain("There are ");
});

test("doctor finds everything that was installed", () => {
  const { status, stdout } = run("doctor", "--json");
  const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: { name: string; status: string }[] };
  expect(findings.filter((finding) => finding.status === "missing")).toEqual([]);
  expect({ healthy, status }).toEqual({ healthy: true, status: 0 });
});

test("starting the program loads nothing native", () => {
  const probe = `
    process.argv = [process.execPath, ${JSON.stringify(program)}, "--help"];
    await import(${JSON.stringify(pathToFileURL(program).href)});
    console.log(JSON.stringify(process.report.getReport().sharedObjects.filter((path) => /onnxruntime|duckdb/.test(path))));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", probe], { encoding: "utf8" });
  expect(stdout.trim().split("\n").at(-1)).toBe("[]");
});

test("what it compiled is kept for the next start, unless that is switched off", () => {
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  const keeps = (env: Record<string, string>) => {
    const { status } = spawnSync(process.execPath, [program, "--help"], {
      env: { ...rest, TMPDIR: folder, TEMP: folder, TMP: folder, ...env },
    });
    expect(status).toBe(0);
    return existsSync(join(folder, "node-compile-cache"));
  };
  try {
    expect(keeps({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(false);
    expect(keeps({})).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Starts the program with a command that works until it is asked to stop; `atStart` is called when it works. */
function startLongWork(
  atStart: (child: ChildProcessWithoutNullStreams) => void,
): Promise<{ code: number | null; out: string; log: string }> {
  const text = `
    import { main } from ${JSON.stringify(new URL("../src/cli/main.ts", import.meta.url).href)};
    import { commands } from ${JSON.stringify(new URL("../src/cli/commands/index.ts", import.meta.url).href)};
    commands.doctor.load = async () => ({ default: { name: "doctor", summary: "", params: {}, print: (text) => text,
      run: (_request, { signal }) => new Promise((resolve) => {
        const alive = setInterval(() => {}, 1000);
        signal.addEventListener("abort", () => {
          clearInterval(alive);
          resolve("stopped after saving");
        });
        console.error("working");
      }) } });
    process.argv.splice(1, 0, "tradewind", "doctor");
    await main();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", text]);
  let out = "";
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.once("data", () => atStart(child));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, log })));
}

test.skipIf(process.platform === "win32")("one Ctrl-C asks for a clean stop", async () => {
  const { code, out } = await startLongWork((child) => child.kill("SIGINT"));
  expect({ code, out }).toEqual({ code: 0, out: "stopped after saving\n" });
});

test.skipIf(process.platform === "win32")("a reader that leaves early is no error", async () => {
  const { code, log } = await startLongWork((child) => {
    child.stdout.destroy();
    child.kill("SIGINT");
  });
  expect(code).toBe(0);
  expect(log).not.toContain("EPIPE");
});
