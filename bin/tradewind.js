#!/usr/bin/env node
// Plain JavaScript without dependencies: it has to run on a Node that is too old for the rest, to say so or to find a newer one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const neededNode = 24;

/** The Node that the `node` package brought, beside or above this package, if there is one. */
function bundledNode() {
  try {
    const folder = dirname(createRequire(join(root, "package.json")).resolve("node/package.json"));
    const path = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // The package is not installed, which is what this function is asked.
  }
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

/** Keeps compiled modules between runs, and shares them with worker threads: without it each of them takes a second to begin. */
function keepCompiled() {
  const { directory } = module.enableCompileCache();
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
}

if (Number(process.versions.node.split(".")[0]) >= neededNode) {
  keepCompiled();
  // Node runs TypeScript as it is, except under node_modules: there the published build stands instead.
  const source = join(root, "src", "cli", "main.ts");
  const fromSource = existsSync(source) && !root.includes(`${sep}node_modules${sep}`);
  const { main } = await import(
    fromSource ? new URL("../src/cli/main.ts", import.meta.url) : new URL("../dist/cli/main.js", import.meta.url)
  );
  await main();
} else {
  const node = bundledNode();
  if (node !== undefined && node !== process.execPath) runWith(node);
  else {
    console.error(`tradewind needs Node ${neededNode} or newer; this is ${process.versions.node}.`);
    console.error("In a clone run `npm start` or `npm ci` once, which brings Node 24 along. Elsewhere install Node 24 from nodejs.org.");
    process.exitCode = 2;
  }
}
