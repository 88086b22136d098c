import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { hashOf, sha256, UserError } from "../base/index.ts";
import { type EnvironmentKind, environments, type RewardKind, rewards } from "../env/index.ts";
import { allocationStrategies } from "../evaluation/index.ts";
import { type Indicator, indicators } from "../features/index.ts";
import { portfolioStrategies, type PortfolioStrategy, strategies, type Strategy } from "../trading/index.ts";

/** A file of a user's own extensions, and the SHA-256 of what it says: its text and that of the files that it imports by relative path. */
export const ExtensionFile = z.strictObject({ path: z.string(), sha256: z.string() });

export type ExtensionFile = z.output<typeof ExtensionFile>;

/** All there is to choose from by name: what is built in, and what the files of a user add to it. */
export interface Extensions {
  readonly indicators: Readonly<Record<string, Indicator>>;
  readonly environments: Readonly<Record<string, EnvironmentKind>>;
  readonly rewards: Readonly<Record<string, RewardKind>>;
  readonly strategies: Readonly<Record<string, Strategy>>;
  readonly portfolioStrategies: Readonly<Record<string, PortfolioStrategy>>;
  readonly files: readonly ExtensionFile[];
}

/** The kinds that a file may hold, and by what an extension of each is told. */
const kinds = {
  indicators: ["inputs", "warmup", "start"],
  environments: ["accountFields", "actionSpace", "observe", "act", "terminated"],
  strategies: ["agent"],
  portfolioStrategies: ["portfolioAgent"],
  rewards: ["start"],
} as const;

type KindName = keyof typeof kinds;

/** Names that a report has for others than strategies of one's own. */
const inReports = ["agent", "buy-and-hold", "random", "flat"];

/** What is built in, and nothing else. */
export const builtIn: Extensions = {
  indicators: indicators as unknown as Extensions["indicators"],
  environments: environments as unknown as Extensions["environments"],
  rewards: rewards as unknown as Extensions["rewards"],
  strategies: strategies as unknown as Extensions["strategies"],
  portfolioStrategies: { ...(portfolioStrategies as unknown as Extensions["portfolioStrategies"]), ...allocationStrategies },
  files: [],
};

/**
 * Loads files of extensions: every export that is one is found under its `name`, beside what is built in. A file given with its hash
 * must still have it, else it is `extension/changed`; one that is not there or throws is `extension/unreadable`, one without an
 * extension or with the name of another `extension/invalid`.
 */
export async function loadExtensions(files: readonly (string | ExtensionFile)[] = [], cwd = "."): Promise<Extensions> {
  if (files.length === 0) return builtIn;
  const found: Record<KindName, Record<string, unknown>> = {
    indicators: { ...builtIn.indicators },
    environments: { ...builtIn.environments },
    rewards: { ...builtIn.rewards },
    strategies: { ...builtIn.strategies },
    portfolioStrategies: { ...builtIn.portfolioStrategies },
  };
  const hashed = files.map((file) => (typeof file === "string" ? hashedFile(pathOf(file, cwd)) : unchanged(file)));
  for (const file of hashed) {
    const added = extensionsIn(await importModule(file), file.path);
    for (const [kind, extension] of added) {
      if (Object.hasOwn(found[kind], extension.name) || (kind === "strategies" && inReports.includes(extension.name)))
        throw invalid(file.path, `there is already "${extension.name}" among the ${kind}`);
      found[kind][extension.name] = extension;
    }
  }
  return { ...(found as unknown as Extensions), files: hashed };
}

/** Where a file of extensions lies: a path, or a `file:` URL such as `import.meta.url`. */
export const pathOf = (file: string, cwd: string): string => (file.startsWith("file:") ? fileURLToPath(file) : resolve(cwd, file));

/** The files as reports and hashes tell of them: by name and content, wherever they lie. */
export const describeFiles = (files: readonly ExtensionFile[]) =>
  files.map(({ path, sha256: hash }) => ({ file: basename(path), sha256: hash }));

function unchanged(file: ExtensionFile): ExtensionFile {
  if (hashedFile(file.path).sha256 === file.sha256) return file;
  throw new UserError("extension/changed", `${file.path} is no longer what was trained with`, {
    path: file.path,
    hint: "Restore the file and those that it imports, or train again.",
  });
}

function hashedFile(path: string): ExtensionFile {
  const texts = new Map<string, string>();
  collect(path, texts);
  // With forward slashes on every system, so that the hash is the same on all.
  const parts = [...texts].map(([file, text]) => [relative(dirname(path), file).replaceAll(sep, "/"), sha256(text)]);
  return { path, sha256: hashOf(Object.fromEntries(parts)) };
}

const relativeImport = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** Reads a file and all that it imports by relative path; what looks like an import of nothing is left to the import itself. */
function collect(path: string, texts: Map<string, string>): void {
  const text = read(path);
  texts.set(path, text);
  for (const [, target] of text.matchAll(relativeImport)) {
    const imported = resolve(dirname(path), target!);
    if (!texts.has(imported) && existsSync(imported)) collect(imported, texts);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function importModule({ path, sha256: hash }: ExtensionFile): Promise<Record<string, unknown>> {
  try {
    // The hash in the address: a file that was changed is loaded anew by a program that runs on.
    return (await import(/* @vite-ignore */ `${pathToFileURL(path).href}?${hash}`)) as Record<string, unknown>;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function extensionsIn(module: Record<string, unknown>, path: string): [KindName, { readonly name: string }][] {
  const found = Object.values(module).flatMap((value): [KindName, { readonly name: string }][] => {
    const kind = kindOf(value);
    return kind === undefined ? [] : [[kind, value as { name: string }]];
  });
  if (found.length === 0) throw invalid(path, "it exports no indicator, environment, reward or strategy");
  for (const [, { name }] of found) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw invalid(path, `"${name}" is no name: use small letters, digits and dashes`);
  }
  return found;
}

function kindOf(value: unknown): KindName | undefined {
  if (value === null || typeof value !== "object" || !("name" in value) || typeof value.name !== "string" || !("params" in value))
    return undefined;
  return (Object.keys(kinds) as KindName[]).find((kind) => kinds[kind].every((field) => field in value));
}

/** An error that a user's own file threw at work, as such; any other as it is. */
export function blamed(error: unknown, files: readonly ExtensionFile[]): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const guilty = files.find(({ path }) => error.stack?.includes(pathToFileURL(path).href) || error.stack?.includes(path));
  if (!guilty) return error;
  return new UserError("extension/failed", `${guilty.path}: ${error.message}`, {
    path: guilty.path,
    hint: "Mend the extension; `tradewind audit lookahead` tries each on its own.",
    cause: error,
  });
}

const unreadable = (path: string, cause: unknown) =>
  new UserError("extension/unreadable", `the extensions of ${path} cannot be loaded: ${(cause as Error).message}`, {
    path,
    hint: "Give a TypeScript or JavaScript module that exists, and that exports extensions.",
    cause,
  });

const invalid = (path: string, what: string) =>
  new UserError("extension/invalid", `${path}: ${what}`, {
    path,
    hint: "Export what indicator({ … }), environment({ … }), reward({ … }), strategy({ … }) or portfolioStrategy({ … }) gives, each under a name of its own.",
  });
