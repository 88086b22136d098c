import { existsSync } from "node:fs";
import { join } from "node:path";
import { staleFiles } from "./gen.ts";
import { root, runTool } from "./run-tool.ts";

// `npm run check` runs every check and names those that failed; `npm run check -- types lint` runs some.

function generatedFilesAreCurrent(): boolean {
  const stale = staleFiles();
  if (stale.length > 0) console.error(`not current: ${stale.join(", ")}. Run \`npm run gen\`.`);
  return stale.length === 0;
}

const checks: Readonly<Record<string, (() => boolean) | undefined>> = {
  types: () => runTool("typescript/bin/tsc", ["-p", "."]),
  "web-types": () => !existsSync(join(root, "web", "tsconfig.json")) || runTool("typescript/bin/tsc", ["-p", "web", "--noEmit"]),
  lint: () => runTool("oxlint/bin/oxlint", ["--deny-warnings"]),
  format: () => runTool("oxfmt/bin/oxfmt", ["--check"]),
  tidy: () => runTool("vitest/vitest.mjs", ["run", "test/tidy.test.ts", "--reporter", "default"]),
  generated: generatedFilesAreCurrent,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
const failed = names.filter((name) => {
  console.log(`— ${name}`);
  if (checks[name] === undefined) console.error(`there is no such check, only ${Object.keys(checks).join(", ")}`);
  return !checks[name]?.();
});
console.log(failed.length === 0 ? "every check passed" : `failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
