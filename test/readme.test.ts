import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defineExperiment } from "../src/index.ts";
import { commands } from "../src/cli/commands/index.ts";
import { errorTable } from "../src/base/index.ts";

// What the documents say is run: code blocks, commands, files and links.

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];
const home = mkdtempSync(join(tmpdir(), "tradewind-readme-"));
afterAll(() => rmSync(home, { recursive: true }));

const node = (args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { ...process.env, TRADEWIND_HOME: home } });

const files = documents.flatMap((document) =>
  [...read(document).matchAll(/<!-- file (\S+) -->\n```ts\n(.*?)```/gs)].map(([, path, code]) => ({ document, path: path!, code: code! })),
);

test.each(files)("$document shows $path as it is", ({ path, code }) => {
  expect(code).toBe(read(path));
});

test("the experiment of the README is one", async () => {
  const { default: experiment } = (await import("../examples/experiment.ts")) as { default: unknown };
  expect(defineExperiment(experiment as never)).toEqual(experiment);
});

test.each(readdirSync(join(root, "examples")).filter((file) => file !== "experiment.ts"))(
  "examples/%s runs",
  (file) => {
    const { status, stdout, stderr } = node([join("examples", file)]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).not.toBe("");
  },
  60_000,
);

const runnable = documents.flatMap((document) =>
  [...read(document).matchAll(/<!-- run -->\n```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split("\n")),
);

test.each(runnable)(
  "%s",
  (line) => {
    const [npx, program, ...words] = line.split(/\s+/);
    expect([npx, program]).toEqual(["npx", "tradewind"]);
    const { status, stderr } = node([join("bin", "tradewind.js"), ...words]);
    expect(stderr).not.toMatch(/error/i);
    expect(status).toBe(0);
  },
  120_000,
);

test.each(documents)("%s names commands, files and error codes that exist", (document) => {
  const text = read(document);
  for (const [, words] of text.matchAll(/npx tradewind ((?:[a-z][a-z-]* ?){1,2})/g)) {
    const [first, second] = words!.trim().split(" ");
    expect(Object.keys(commands), words).toContain([`${first} ${second}`, first!].find((name) => name in commands));
  }
  for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
    expect(existsSync(join(root, dirname(document), target!)), `${document}: ${target}`).toBe(true);
  for (const [, path] of text.matchAll(/`((?:src|test|bench|docs|examples|scripts|web|bin)\/[\w./-]+)`/g)) {
    expect(existsSync(join(root, path!)), `${document}: ${path}`).toBe(true);
  }
  for (const [, code] of text.matchAll(/`((?:config|extension|data|model|run|usage|request|risk|checkpoint)\/[a-z-]+)`/g)) {
    if (!existsSync(join(root, "src", code!))) expect(Object.keys(errorTable), document).toContain(code);
  }
});
