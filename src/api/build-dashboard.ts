import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../base/index.ts";

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The folder of the built dashboard: what `createServer` takes as `webRoot`. */
export const dashboardFolder = inProject("dist/web");

const newest = (folder: string): number =>
  Math.max(...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => statSync(join(folder, path)).mtimeMs));

/** Whether the dashboard has to be built: it is missing, or a source is newer. An installed package has no sources and is never stale. */
export function dashboardIsStale(source = inProject("web"), built = dashboardFolder): boolean {
  const index = join(built, "index.html");
  if (!existsSync(index)) return true;
  return existsSync(source) && newest(source) > statSync(index).mtimeMs;
}

/** Builds the dashboard if it is stale and says whether it did. A machine without Vite or sources gets a `UserError` with the way out. */
export async function ensureDashboard(source = inProject("web"), built = dashboardFolder): Promise<boolean> {
  if (!dashboardIsStale(source, built)) return false;
  const hint = "Run `npm ci` (with development dependencies), then `npx vite build web`. Everything but the dashboard works without.";
  const cannot = (message: string, cause?: unknown) => new UserError("environment/unsupported", message, { path: source, hint, cause });
  if (!existsSync(source)) throw cannot("The dashboard is not built, and its sources are not here.");
  const vite = await import("vite").catch((cause: unknown) => {
    throw cannot("The dashboard is not built, and Vite, which builds it, is not installed.", cause);
  });
  await vite
    .build({ root: source, configFile: join(source, "vite.config.ts"), logLevel: "error", build: { outDir: built, emptyOutDir: true } })
    .catch((cause: unknown) => {
      throw cannot("The dashboard could not be built.", cause);
    });
  return true;
}
