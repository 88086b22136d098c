import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runTool } from "./run-tool.ts";

// `npm run build` makes what is published: JavaScript and types in `dist/`, the dashboard in `dist/web/`.
// With --publish (before packing) the manifest is made to point there; with --restore (after) it is put back.

const manifest = join(root, "package.json");
const saved = join(root, ".tradewind", "package.json");

interface Manifest {
  exports: Record<string, unknown>;
  scripts?: unknown;
  devDependencies?: unknown;
  allowScripts?: unknown;
  engines: { node: string };
}

/** In a clone the exports are the TypeScript sources, which Node runs as they are; under node_modules it does not. */
function publishedManifest(text: string): string {
  const { scripts: _scripts, devDependencies: _tools, allowScripts: _allowed, ...published } = JSON.parse(text) as Manifest;
  const built = (path: unknown) => {
    const base = /^\.\/src\/(.*)\.ts$/.exec(String(path))?.[1];
    return base === undefined ? path : { types: `./dist/${base}.d.ts`, default: `./dist/${base}.js` };
  };
  const exports = Object.fromEntries(Object.entries(published.exports).map(([name, path]) => [name, built(path)]));
  return `${JSON.stringify({ ...published, engines: { node: ">=24" }, exports }, null, 2)}\n`;
}

function build(): boolean {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const hasDashboard = existsSync(join(root, "web", "vite.config.ts"));
  return runTool("typescript/bin/tsc", ["-p", "tsconfig.build.json"]) && (!hasDashboard || runTool("vite/bin/vite.js", ["build", "web"]));
}

if (process.argv.includes("--restore")) {
  if (existsSync(saved)) renameSync(saved, manifest);
} else if (!build()) {
  process.exitCode = 1;
} else if (process.argv.includes("--publish")) {
  mkdirSync(join(root, ".tradewind"), { recursive: true });
  copyFileSync(manifest, saved);
  writeFileSync(manifest, publishedManifest(readFileSync(manifest, "utf8")));
}
