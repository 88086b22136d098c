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

const checks: Readonly<Record<string, () => boolean>> = {
  types: () => runTool("typescript/bin/tsc", ["-p", "."]),
  "web-types": () => !existsSync(join(root, "web", "tsconfig.json")) || runTool("typescript/bin/tsc", ["-p", "web", "--noEmit"]),
  lint: () => runTool("oxlint/bin/oxlint", ["--deny-warnings"]),
  format: () => runTool("oxfmt/bin/oxfmt", ["--check"]),
  tidy: () => runTool("vitest/vitest.mjs", ["run", "test/tidy.test.ts", "--reporter", "dot"]),
  generated: generatedFilesAreCurrent,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
const failed: string[] = [];
for (const [name, passes] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`— ${name}`);
  if (!passes()) failed.push(name);
}
if (unknown.length > 0) console.error(`There is no check ${unknown.join(", ")}; there are ${Object.keys(checks).join(", ")}.`);
console.log(failed.length === 0 ? "every check passed" : `failed: ${failed.join(", ")}`);
process.exitCode = failed.length + unknown.length === 0 ? 0 : 1;
