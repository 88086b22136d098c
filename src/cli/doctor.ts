import { existsSync, readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { sha256 } from "../base/index.ts";

/** One thing that the program needs (`missing` when it is not there) or can use (`optional` when it is not there). */
export interface Finding {
  readonly name: string;
  readonly status: "ok" | "missing" | "optional";
  readonly found: string;
  readonly remedy?: string;
}

/** The sample data that arrives with the installation: package, file, SHA-256 of the file. */
const samples = [
  ["vega-datasets", "data/sp500-2000.csv", "9409e9342d0657c747324e4cfabce8a8c7f663bc485b95a3378f36b0a160f8c8"],
  ["dc", "web/ndx.csv", "04d01a3a5396d9ab69d4e4b6db21921c744dfe8946d9fca33cdebbab679f1d8b"],
  ["@observablehq/sample-datasets", "aapl.csv", "18dc8bf6542da26625d992544a619a5fc210d6dfc799e81ab7fb7f9edbc21f9a"],
] as const;

const reinstall = "Run `npm ci` in the project's folder.";
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split("\n")[0]! : String(error));

function nodeFinding(): Finding {
  const { versions, execPath } = process;
  const isNew = Number(versions.node.split(".")[0]) >= 24;
  const origin = /[\\/]node_modules[\\/]/.test(execPath) ? "brought by the package `node`" : "installed on this machine";
  const finding = { name: "Node", found: `${versions.node}, ${origin}` };
  return isNew
    ? { ...finding, status: "ok" }
    : { ...finding, status: "missing", remedy: "Node 24 is needed: `npm ci` in the clone brings it." };
}

function machineFinding(): Finding {
  const found = `${process.platform}-${process.arch}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, ${gibibytes(totalmem())} (${gibibytes(freemem())} free)`;
  return { name: "machine", status: "ok", found };
}

/** Tries something that works where a native part is installed well; `probe` gives what was found. */
async function nativeFinding(name: string, probe: () => Promise<string>, remedy: string): Promise<Finding> {
  try {
    return { name, status: "ok", found: await probe() };
  } catch (error) {
    return { name, status: "missing", found: reasonOf(error), remedy };
  }
}

async function onnxRuntime(): Promise<string> {
  const { listSupportedBackends } = await import("onnxruntime-node");
  return `loads; backends: ${listSupportedBackends()
    .map(({ name }) => name)
    .join(", ")}`;
}

async function duckdb(): Promise<string> {
  const { DuckDBInstance, version } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  instance.closeSync();
  return `loads; ${version()}`;
}

async function sqlite(): Promise<string> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(":memory:");
  try {
    return `loads; ${String(database.prepare("select sqlite_version() as version").get()?.version)}`;
  } finally {
    database.close();
  }
}

function sampleFinding([name, file, hash]: (typeof samples)[number]): Finding {
  const manifest = findPackageJSON(name, import.meta.url);
  const path = manifest === undefined ? undefined : join(dirname(manifest), file);
  const finding = { name: `data: ${name}`, remedy: reinstall };
  if (path === undefined || !existsSync(path)) return { ...finding, status: "missing", found: `${file} is not installed` };
  if (sha256(readFileSync(path)) !== hash) return { ...finding, status: "missing", found: `${file} is not the file that it should be` };
  return { name: finding.name, status: "ok", found: file };
}

/** The folder where Vite leaves the dashboard, from the root of the package. */
const dashboard = new URL("../../dist/web/index.html", import.meta.url);

const dashboardFinding = (): Finding =>
  existsSync(dashboard)
    ? { name: "dashboard", status: "ok", found: "built" }
    : {
        name: "dashboard",
        status: "optional",
        found: "not built yet",
        remedy: "`tradewind serve` in a clone builds it at its first start.",
      };

function browserFinding(): Finding {
  const installed = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
  const found =
    installed ?? (process.platform === "linux" && findPackageJSON("@sparticuz/chromium", import.meta.url) && "@sparticuz/chromium");
  if (found) return { name: "browser for tests", status: "ok", found };
  return {
    name: "browser for tests",
    status: "optional",
    found: "none",
    remedy: "Install Chrome or Chromium to run the dashboard's tests.",
  };
}

/** Looks at everything the program needs or can use on this machine; changes nothing. */
export async function checkMachine(): Promise<{ healthy: boolean; findings: readonly Finding[] }> {
  const findings = [
    nodeFinding(),
    machineFinding(),
    await nativeFinding("ONNX Runtime", onnxRuntime, `${reinstall} There is no build for Intel Macs and musl.`),
    await nativeFinding("DuckDB", duckdb, reinstall),
    await nativeFinding("SQLite", sqlite, "It is part of Node 24."),
    ...samples.map(sampleFinding),
    dashboardFinding(),
    browserFinding(),
  ];
  return { healthy: findings.every(({ status }) => status !== "missing"), findings };
}
