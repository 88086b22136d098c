import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const project = join(import.meta.dirname, "..");
let root: string;
let fakeFolder: string;

/** A stand-in for npm: notes how it was called, takes a moment, and leaves what npm leaves. */
const fakeNpm = `#!${process.execPath}
const fs = require("node:fs");
const path = require("node:path");
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
console.log("added 3 packages");
if (fs.existsSync("offline")) { console.error("npm error network ENOTFOUND"); process.exit(1); }
setTimeout(() => {
  fs.mkdirSync("node_modules/node/bin", { recursive: true });
  fs.rmSync("node_modules/node/bin/node", { force: true });
  fs.symlinkSync(process.execPath, "node_modules/node/bin/node");
  const lock = fs.existsSync("package-lock.json") ? fs.readFileSync("package-lock.json") : "{}";
  fs.writeFileSync("node_modules/.package-lock.json", lock);
}, 300);
`;

const lockOf = (version: string) =>
  JSON.stringify({
    packages: { "": { version: "1" }, "node_modules/left": { version }, "node_modules/else": { version: "1", optional: true } },
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tradewind-bootstrap-"));
  fakeFolder = join(root, "fake");
  mkdirSync(join(root, "scripts"));
  mkdirSync(fakeFolder);
  cpSync(join(project, "scripts", "bootstrap.js"), join(root, "scripts", "bootstrap.js"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(root, "package-lock.json"), lockOf("1"));
  writeFileSync(join(root, "hello.js"), "console.log('hello', ...process.argv.slice(2)); process.exitCode = Number(process.argv[3] ?? 0);");
  writeFileSync(join(fakeFolder, "npm"), fakeNpm);
  writeFileSync(join(fakeFolder, "package.json"), JSON.stringify({ type: "commonjs" }));
  chmodSync(join(fakeFolder, "npm"), 0o755);
});

afterEach(() => rmSync(root, { recursive: true }));

function bootstrap(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { npm_execpath: _npm, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts", "bootstrap.js"), ...args], {
    env: { ...env, PATH: `${fakeFolder}${delimiter}${dirname(process.execPath)}` },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

const npmCalls = (): string[] =>
  existsSync(join(root, "npm-calls")) ? readFileSync(join(root, "npm-calls"), "utf8").trim().split("\n") : [];

/** Makes the lock file newer than what is installed, as a checkout does. */
const touchLock = (): void => {
  const time = Date.parse("2100-01-01") / 1000;
  utimesSync(join(root, "package-lock.json"), time, time);
};

test.skipIf(process.platform === "win32")(
  "installs what is missing, says so, then runs the file with its arguments and exit code",
  async () => {
    const first = await bootstrap("hello.js", "world", "3");
    expect(first).toMatchObject({ code: 3, out: "hello world 3\n" });
    expect(first.err).toContain('node_modules is missing or incomplete: running "npm ci"');
    expect(first.err, "npm's own output is progress").toContain("added 3 packages");
    expect(npmCalls()).toEqual(["ci --no-audit --no-fund --loglevel=error"]);
    expect(await bootstrap("hello.js"), "nothing is said when all is there").toEqual({ code: 0, out: "hello\n", err: "" });
    expect(npmCalls()).toHaveLength(1);
  },
);

test.skipIf(process.platform === "win32")(
  "installs again when the lock file holds other versions, not when only its time is newer",
  async () => {
    await bootstrap("hello.js");
    touchLock();
    await bootstrap("hello.js");
    expect(npmCalls()).toHaveLength(1);
    writeFileSync(join(root, "package-lock.json"), lockOf("2"));
    touchLock();
    const { err } = await bootstrap("hello.js");
    expect(err).toContain("package-lock.json has changed");
    expect(npmCalls()).toHaveLength(2);
  },
);

test.skipIf(process.platform === "win32")("without a lock file it uses npm install and says that versions are chosen anew", async () => {
  rmSync(join(root, "package-lock.json"));
  const { code, err } = await bootstrap("hello.js");
  expect(code).toBe(0);
  expect(err).toContain("no package-lock.json");
  expect(npmCalls()).toEqual(["install --no-audit --no-fund --loglevel=error"]);
});

test.skipIf(process.platform === "win32")("a failing npm ends with what to do, exit code 1, and the file is not run", async () => {
  writeFileSync(join(root, "offline"), "");
  const { code, out, err } = await bootstrap("hello.js");
  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toContain("ENOTFOUND");
  expect(err).toContain("Check the network");
  expect(existsSync(join(root, ".tradewind", "install.lock"))).toBe(false);
});

test.skipIf(process.platform === "win32")("two at once install once; the marker of a dead process is taken over", async () => {
  mkdirSync(join(root, ".tradewind"));
  writeFileSync(join(root, ".tradewind", "install.lock"), "999999999");
  const both = await Promise.all([bootstrap("hello.js", "a"), bootstrap("hello.js", "b")]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.map(({ out }) => out)).toEqual(["hello a\n", "hello b\n"]);
  expect(npmCalls()).toHaveLength(1);
  expect(both.map(({ err }) => err).join("")).toContain("another process is installing");
});

test.skipIf(process.platform === "win32")("an npm that cannot be found is a message, no stack", async () => {
  rmSync(join(fakeFolder, "npm"));
  symlinkSync(process.execPath, join(fakeFolder, "node"));
  const { npm_execpath: _npm, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts", "bootstrap.js"), "hello.js"], { env: { ...env, PATH: fakeFolder } });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
  expect(err).toContain("could not get ready");
  expect(err).not.toContain("    at ");
});
