import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path/posix";
import { expect, test } from "vitest";
import { mayImport } from "../src/layers.ts";

// The boundaries that types do not draw. Paths are relative to `src`, with forward slashes.

const root = join(import.meta.dirname.replaceAll("\\", "/"), "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const glob = (pattern: string, exclude: string[] = []): string[] =>
  globSync(pattern, { cwd: root, exclude })
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted();

const source = new Map(glob("src/**/*.ts", ["src/**/*.test.ts"]).map((path) => [path.slice("src/".length), read(path)]));
const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");
const targets = (path: string, pattern: RegExp): string[] =>
  [...source.get(path)!.matchAll(pattern)].map((match) => normalize(join(path, "..", match[1]!)));

const anyImport = /(?:from|import\(?) ?"(\.[^"]+)"/g;
const valueImport = /^(?:import|export)(?! type\b)[^"=(]*?"(\.[^"]+)"/gm;
const banned: [pattern: RegExp, use: string, exempt: string][] = [
  [/\bDate\.now\(|new Date\(\)|performance\.now\(/, "the injected Clock", "base/clock.ts"],
  [/\bMath\.random\(/, "the injected Random", "base/random.ts"],
  [/\bprocess\.env\b/, "params: secret() or environmentVariable()", "base/params.ts"],
  [/\bas Approved\b/, "the risk engine", "risk/engine.ts"],
  [/\b(?:TODO|FIXME|XXX)\b/, "an issue", ""],
];

test.each([...source])("%s imports only from its layer's neighbours below and takes time, chance and secrets from base", (path, text) => {
  const folder = folderOf(path);
  const allowed: readonly string[] = mayImport[folder as keyof typeof mayImport] ?? Object.keys(mayImport);
  for (const target of targets(path, anyImport)) {
    expect([folder, ...allowed], `${path} imports ${target}`).toContain(folderOf(target));
    expect(target, `${path}: relative imports end in .ts`).toMatch(/\.ts$/);
    const mayLookBehind = folder === "" || path.includes("/testing/"); // What supports tests may, as tests do.
    if (!mayLookBehind && folderOf(target) !== folder)
      expect(target, `${path}: across folders import the other's index.ts`).toBe(`${folderOf(target)}/index.ts`);
  }
  for (const [pattern, use, exempt] of banned) {
    if (path !== exempt) expect(text, `${path}: use ${use}`).not.toMatch(pattern);
  }
});

test("no import cycles", () => {
  const clear = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    if (clear.has(path) || !source.has(path)) return;
    expect(trail, "import cycle").not.toContain(path);
    for (const target of targets(path, valueImport)) visit(target, [...trail, path]);
    clear.add(path);
  };
  for (const path of source.keys()) visit(path, []);
});

test("every layer has a public face, and every folder of extensions an index", () => {
  for (const folder of Object.keys(mayImport)) expect([...source.keys()], folder).toContain(`${folder}/index.ts`);
  const extensionFolders = new Set([...source].filter(([, text]) => /^export default /m.test(text)).map(([path]) => dirname(path)));
  for (const folder of extensionFolders) expect([...source.keys()]).toContain(`${folder}/index.ts`);
});

test("files are named in kebab-case, and none is a drawer for leftovers", () => {
  for (const path of source.keys()) {
    expect(basename(path), path).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/);
    expect(basename(path), path).not.toMatch(/^(?:utils?|helpers?|misc|common)\.ts$/);
  }
});

/** Exported declarations without a doc comment just before; the second and later signatures of an overload share the first's. */
function undocumented(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const declaration = /^export (?:default |declare |abstract |async )*(?:function\*?|class|interface|type|const|let)? ?(\w+)/.exec(line);
    if (declaration === null || /^export (?:type )?[{*]/.test(line)) return [];
    const isCommented = /\*\/\s*$/.test(lines[index - 1] ?? "") || lines[index - 1]?.startsWith("export function ");
    return isCommented ? [] : [declaration[1]!];
  });
}

/** A type that is read off a documented value, such as `z.infer<typeof Metrics>`, needs no sentence of its own. */
const isDerived = (text: string, name: string): boolean => new RegExp(`^export type ${name} = .*\\btypeof `, "m").test(text);

test.each([...source].filter(([path]) => basename(path) !== "index.ts"))("%s: exported things have a doc comment", (_path, text) => {
  expect(undocumented(text).filter((name) => !isDerived(text, name))).toEqual([]);
});

/** Everything of the project that is text and written by hand, and the lock file. */
const everything = [
  ...glob("{src,test,bench,bin,scripts,examples,docs,web}/**/*.{ts,tsx,js,json,md,html,css}", ["web/dist/**", "**/node_modules/**"]),
  ...glob("*.{ts,json,md}"),
  ...[".npmrc", ".ci/run", ".gitignore", ".gitattributes"].filter((path) => existsSync(join(root, path))),
];

// Written so that this file does not contain what it looks for.
const unwanted: [pattern: RegExp, why: string][] = [
  [/(?<![\w.])\/(?:home|Users|root|work|tmp)\/\w|\b[A-Z]:\\Users\\/, "an absolute path of somebody's machine"],
  [
    new RegExp(["registry", "npmjs", "org"].join("\\.") + '|https?://[^\\s"/]*(?:artifactory|nexus|verdaccio)', "i"),
    "the address of a package registry",
  ],
  [/^(?:<{7}|>{7}) /m, "a merge conflict"],
];

test.each(everything)("%s holds nothing that belongs to one machine", (path) => {
  if (path === "test/tidy.test.ts") return;
  const text = read(path);
  for (const [pattern, why] of unwanted) expect(pattern.exec(text)?.[0], `${path}: ${why}`).toBeUndefined();
});
