import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { parse, UserError } from "../base/index.ts";
import { type ImportedBars, readBarsFile } from "./read-bars-file.ts";
import type { ReadOptionsInput } from "./read-options.ts";

/** A file of real prices inside an installed package. It stays there: nothing is copied into ours. */
export interface SampleFile {
  readonly source: string;
  readonly package: string;
  readonly file: string;
  /** Of the file as it was when it was chosen. */
  readonly sha256: string;
  /** Of the data, where it is not the package's. */
  readonly note: string;
  readonly options: ReadOptionsInput;
}

const PackageJson = z.object({ version: z.string(), license: z.string() });

/** Reads a sample; its lineage carries package, version and licence, and says so where the file is another one than was chosen. */
export async function readSampleFile({ source, package: name, file, sha256, note, options }: SampleFile): Promise<ImportedBars> {
  const manifestPath = packageJsonOf(name);
  const { version, license } = parse(PackageJson, JSON.parse(readFileSync(manifestPath, "utf8")), name, "data/unreadable");
  const imported = await readBarsFile(join(dirname(manifestPath), file), options);
  const found = imported.lineage.sha256;
  const change = found === sha256 ? "" : ` The file differs from the one chosen for Tradewind, whose SHA-256 is ${sha256}.`;
  return { ...imported, lineage: { source, file, sha256: found, package: name, version, licence: license, note: note + change } };
}

function packageJsonOf(name: string): string {
  const missing = (cause?: unknown) =>
    new UserError("data/unreadable", `the sample data's package ${name} is not installed`, { path: name, hint: "Run npm install.", cause });
  try {
    const path = findPackageJSON(name, import.meta.url);
    if (path !== undefined) return path;
  } catch (cause) {
    throw missing(cause);
  }
  throw missing();
}
