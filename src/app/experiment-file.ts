import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/index.ts";
import { type Experiment, parseExperiment } from "./experiment.ts";
import { loadExtensions, pathOf } from "./extensions.ts";
import { withWholePaths } from "./known-columns.ts";

const modules = new Set([".ts", ".mts", ".js", ".mjs"]);

/** Reads an experiment: the default export of a TypeScript or JavaScript module, or JSON. Without a file it is the default experiment. */
export async function readExperiment(file: string | undefined, cwd: string): Promise<Experiment> {
  if (file === undefined) return parseExperiment({});
  const path = resolve(cwd, file);
  const value = modules.has(extname(path)) ? await importDefault(path) : readJson(path);
  const written = parseExperiment(value);
  const experiment = { ...written, ...withWholePaths(written, dirname(path)) };
  const { extensions } = experiment;
  if (!extensions) return experiment;
  const files = extensions.map((file) => pathOf(file, dirname(path)));
  return parseExperiment({ ...experiment, extensions: files }, await loadExtensions(files));
}

const unreadable = (path: string, cause: unknown) =>
  new UserError("config/unreadable", `the experiment ${path} cannot be read: ${(cause as Error).message}`, {
    path,
    hint: "Give a TypeScript module that exports defineExperiment({ … }) as default, or the same object as JSON.",
    cause,
  });

async function importDefault(path: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof UserError) throw error; // What defineExperiment found.
    throw unreadable(path, error);
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw unreadable(path, error);
  }
}
