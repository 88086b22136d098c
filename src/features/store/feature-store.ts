import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse, UserError, writeFileWhole } from "../../base/index.ts";
import { readParquet, writeParquet } from "../../data/index.ts";
import type { FeatureMatrix } from "../pipeline.ts";
import { assertFeatureSetName, contentHashOf, FeatureSetDocument, featureSetName, referenceOf } from "./feature-set.ts";
import { type FittedFeatureSet, timeColumn } from "./fit-feature-set.ts";
import { valuesHash } from "./values-hash.ts";

/** The columns of a stored set, with the close of each row. */
export interface StoredColumns {
  readonly closeTime: Float64Array;
  readonly matrix: FeatureMatrix;
}

/** Named, versioned feature sets in a folder: NAME/VERSION holds `feature-set.json` and `columns.parquet`. */
export interface FeatureStore {
  /** Stores a set as the next version of its name; one that the newest version equals is not stored again. */
  save(name: string, set: FittedFeatureSet, closeTime: Float64Array, timeMs: number): Promise<FeatureSetDocument>;
  /** All sets, by name and version. */
  list(): readonly FeatureSetDocument[];
  /** A set by `name`, which is its newest version, or `name@version`. None is `features/not-found`, a damaged one `data/corrupt`. */
  read(reference: string): FeatureSetDocument;
  /** Its columns over the bars that it was fitted on; ones that do not match the recorded hash are `data/corrupt`. */
  columns(document: FeatureSetDocument): Promise<StoredColumns>;
}

const documentFile = "feature-set.json";
const columnsFile = "columns.parquet";

/** Opens the store in a folder, which is made at the first write. */
export function openFeatureStore(folder: string): FeatureStore {
  const versionsOf = (name: string): number[] =>
    foldersIn(join(folder, name))
      .filter((version) => /^[1-9]\d*$/.test(version) && existsSync(join(folder, name, version, documentFile)))
      .map(Number)
      .toSorted((left, right) => left - right);
  const names = () => foldersIn(folder).filter((name) => featureSetName.test(name) && versionsOf(name).length > 0);
  const readVersion = (name: string, version: number) =>
    readDocument(join(folder, name, String(version), documentFile), `${name}@${version}`);

  return {
    async save(name, set, closeTime, timeMs) {
      assertFeatureSetName(name);
      const hash = contentHashOf(set.content);
      const newest = versionsOf(name).at(-1);
      const stored = newest === undefined ? undefined : readVersion(name, newest);
      if (stored?.hash === hash) return stored;
      const version = claimVersion(join(folder, name));
      const place = join(folder, name, String(version));
      await writeColumns(join(place, columnsFile), set.matrix, closeTime);
      const createdAt = new Date(timeMs).toISOString();
      const document = FeatureSetDocument.parse({
        schema: "tradewind/feature-set@1",
        name,
        version,
        createdAt,
        hash,
        content: set.content,
      });
      writeFileWhole(join(place, documentFile), `${JSON.stringify(document, null, 1)}\n`); // From here on the version is there.
      return document;
    },
    list: () => names().flatMap((name) => versionsOf(name).map((version) => readVersion(name, version))),
    read(reference) {
      const [name = "", version] = reference.split("@");
      const known = featureSetName.test(name) ? versionsOf(name) : [];
      const wanted = version === undefined ? known.at(-1) : known.find((each) => String(each) === version);
      if (wanted === undefined) throw notFound(reference, known.length > 0 ? known.map((each) => `${name}@${each}`) : names());
      return readVersion(name, wanted);
    },
    async columns(document) {
      const { name, version, content } = document;
      const path = join(folder, name, String(version), columnsFile);
      const stored = await readColumns(path, document);
      const matrix = joinColumns(stored, document);
      if (valuesHash(matrix.values) !== content.values.sha256)
        throw corrupt(referenceOf(document), "has columns that do not match their recorded hash");
      return { closeTime: stored[timeColumn]!, matrix };
    },
  };
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .toSorted()
    : [];

/** Makes the folder of the next version; a folder can be made only once, so two programs never get the same. */
function claimVersion(folder: string): number {
  mkdirSync(folder, { recursive: true });
  for (let version = Math.max(0, ...foldersIn(folder).map(Number).filter(Number.isFinite)) + 1; ; version++) {
    try {
      mkdirSync(join(folder, String(version)));
      return version;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

async function writeColumns(path: string, { names, width, values }: FeatureMatrix, closeTime: Float64Array): Promise<void> {
  const neighbour = `${path}.${process.pid}.partial`;
  const column = (place: number) => closeTime.map((_, row) => values[row * width + place]!);
  try {
    await writeParquet(neighbour, { [timeColumn]: closeTime, ...Object.fromEntries(names.map((name, place) => [name, column(place)])) });
    renameSync(neighbour, path);
  } finally {
    rmSync(neighbour, { force: true });
  }
}

async function readColumns(path: string, document: FeatureSetDocument): Promise<Record<string, Float64Array>> {
  const { columns, values } = document.content;
  try {
    return await readParquet(path, [timeColumn, ...columns], values.rows);
  } catch (cause) {
    throw corrupt(referenceOf(document), "has columns that cannot be read", cause);
  }
}

function joinColumns(stored: Readonly<Record<string, Float64Array>>, { content }: FeatureSetDocument): FeatureMatrix {
  const { columns, values } = content;
  const width = columns.length;
  const joined = new Float32Array(values.rows * width);
  columns.forEach((name, place) => stored[name]!.forEach((value, row) => (joined[row * width + place] = value)));
  return { names: columns, width, rows: values.rows, values: joined, firstReady: values.firstReady };
}

function readDocument(path: string, reference: string): FeatureSetDocument {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw corrupt(reference, "cannot be read", cause);
  }
  const document = parse(FeatureSetDocument, json, reference, "data/corrupt");
  if (contentHashOf(document.content) !== document.hash || referenceOf(document) !== reference)
    throw corrupt(reference, "does not match its recorded hash");
  return document;
}

const notFound = (reference: string, known: readonly string[]) =>
  new UserError("features/not-found", `there is no feature set "${reference}"`, {
    path: reference,
    hint: known.length > 0 ? `There are: ${known.join(", ")}.` : '"tradewind features materialise" makes one.',
  });

const corrupt = (reference: string, what: string, cause?: unknown) =>
  new UserError("data/corrupt", `the feature set "${reference}" ${what}`, { path: reference, hint: "Materialise it again.", cause });
