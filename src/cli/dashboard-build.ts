import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/**
 * The folder of the built dashboard. In a clone it is built first when it is missing or older than its sources; where it is not
 * there and cannot be built, the service runs without it and `log` says so.
 */
export async function dashboardFolder(log: (message: string) => void): Promise<string | undefined> {
  const built = join(root, "dist", "web");
  const sources = join(root, "web");
  if (!existsSync(sources)) return existsSync(join(built, "index.html")) ? built : undefined;
  if (isCurrent(built, sources)) return built;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  if (!existsSync(vite)) {
    log("The dashboard is not built and vite is not installed: run npm install, then npx vite build web.");
    return undefined;
  }
  log("Building the dashboard (once after each change of web/) …");
  const output = await build(vite);
  if (output === null) return built;
  log(`The dashboard could not be built; the service runs without it:\n${output}`);
  return undefined;
}

function isCurrent(built: string, sources: string): boolean {
  const page = join(built, "index.html");
  if (!existsSync(page)) return false;
  const files = readdirSync(sources, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= statSync(page).mtimeMs);
}

/** Runs the build; null when it went well, else what it said. */
function build(vite: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vite, "build", "web"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(code === 0 ? null : output));
  });
}
