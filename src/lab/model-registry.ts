import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Kysely, type Selectable, sql } from "kysely";
import { type Clock, parse, sha256, UserError } from "../base/index.ts";
import { ModelManifest } from "./model-manifest.ts";
import { isAlive } from "./process-alive.ts";
import type { Schema } from "./schema.ts";

/** A registered policy; `id` is `name@version`. */
export interface ModelRecord {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly runId: string | null;
  readonly algorithm: string;
  readonly createdAt: string;
  readonly observationSize: number;
  readonly observationSchema: string;
  readonly actionSpace: ModelManifest["policy"]["actionSpace"];
  readonly weightsSha256: string;
}

/** A model that was verified: its record, its folder and its manifest. */
export interface LoadedModel {
  readonly model: ModelRecord;
  readonly folder: string;
  readonly manifest: ModelManifest;
}

const policyFile = "policy.onnx";
const manifestFile = "manifest.json";
const copyPrefix = ".incoming-";
const namePattern = /^[a-z0-9][a-z0-9._-]*$/i;

const invalid = (path: string, message: string, hint: string, cause?: unknown): UserError =>
  new UserError("model/invalid", message, { path, hint, cause });

function readManifest(folder: string): ModelManifest {
  const path = join(folder, manifestFile);
  const hint = "A model is a folder with policy.onnx and manifest.json, as training writes it.";
  const demand = (file: string) => {
    if (!existsSync(join(folder, file))) throw invalid(join(folder, file), `${join(folder, file)} is missing`, hint);
  };
  demand(manifestFile);
  try {
    const manifest = parse(ModelManifest, JSON.parse(readFileSync(path, "utf8")), "manifest", "model/invalid");
    // An ensemble has its members in folders of their own.
    if (!manifest.ensemble) demand(policyFile);
    else for (let member = 0; member < manifest.ensemble.members; member++) demand(join(`member-${member}`, manifestFile));
    return manifest;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw invalid(path, `${path} is not JSON: ${(error as Error).message}`, hint, error);
  }
}

/** SHA-256 of every file of a folder by its path in it. */
function hashesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/")).toSorted();
  return Object.fromEntries(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
}

/** What differs between the recorded and the present files, in words; undefined when nothing does. */
function firstDifference(
  recorded: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): [file: string, what: string] | undefined {
  for (const file of Object.keys({ ...recorded, ...present }).toSorted()) {
    if (!(file in present)) return [file, "is missing"];
    if (!(file in recorded)) return [file, "was added after the model was registered"];
    if (recorded[file] !== present[file]) return [file, `has SHA-256 ${present[file]}, registered was ${recorded[file]}`];
  }
  return undefined;
}

function recordOf({ name, version, run_id, created_at, manifest }: Selectable<Schema["models"]>): ModelRecord {
  const { algorithm, observationSize, observationSchema, actionSpace, weightsSha256 } = (JSON.parse(manifest) as ModelManifest).policy;
  const described = { algorithm, observationSize, observationSchema, actionSpace, weightsSha256 };
  return { id: `${name}@${version}`, name, version, runId: run_id, createdAt: created_at, ...described };
}

/** Saved policies in numbered versions, each a folder that is registered whole or not at all and verified whenever it is loaded. */
export class ModelRegistry {
  private readonly db: Kysely<Schema>;
  private readonly folder: string;
  private readonly clock: Clock;

  /** `folder` holds the models' files. */
  constructor(db: Kysely<Schema>, folder: string, clock: Clock) {
    this.db = db;
    this.folder = folder;
    this.clock = clock;
  }

  /** Copies a model's folder into the registry as the next version of a name. Throws `model/invalid`, and then has changed nothing. */
  async register(source: string, name: string): Promise<ModelRecord> {
    if (!namePattern.test(name))
      throw invalid("name", `"${name}" is no name for a model`, "Use letters, digits, dots, dashes and underscores.");
    readManifest(source);
    mkdirSync(this.folder, { recursive: true });
    this.removeAbandonedCopies();
    const copy = mkdtempSync(join(this.folder, `${copyPrefix}${process.pid}-`));
    try {
      cpSync(source, copy, { recursive: true, dereference: true });
      const manifest = readManifest(copy); // Read from the copy: the source may change meanwhile.
      return await this.file(copy, name, manifest, hashesOf(copy));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  /** Moves a copy to its place inside the transaction that records it: a crash leaves at most a folder without a record, which is replaced. */
  private file(copy: string, name: string, manifest: ModelManifest, files: Record<string, string>): Promise<ModelRecord> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .insertInto("models")
        .values({
          name,
          version: sql<number>`(select coalesce(max(version), 0) + 1 from models where name = ${name})`,
          run_id: manifest.runId,
          created_at: new Date(this.clock.now()).toISOString(),
          manifest: JSON.stringify(manifest),
          files: JSON.stringify(files),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      const place = this.place(row);
      rmSync(place, { recursive: true, force: true });
      mkdirSync(join(this.folder, name), { recursive: true });
      renameSync(copy, place);
      return recordOf(row);
    });
  }

  /** A model by `name@version`, or the newest version of a name. Throws `model/not-found`. */
  async get(id: string): Promise<ModelRecord> {
    return recordOf(await this.row(id));
  }

  /** Finds a model as `get` does and verifies its files. Throws `model/not-found`, or `model/invalid` naming what differs from what was registered. */
  async load(id: string): Promise<LoadedModel> {
    const row = await this.row(id);
    const model = recordOf(row);
    const folder = this.place(row);
    const difference = firstDifference(JSON.parse(row.files) as Record<string, string>, existsSync(folder) ? hashesOf(folder) : {});
    if (difference !== undefined) {
      const [file, what] = difference;
      throw invalid(
        join(folder, file),
        `Model ${model.id} is damaged: ${file} ${what}`,
        "Restore the file, or train and register the model again.",
      );
    }
    return { model, folder, manifest: readManifest(folder) };
  }

  /** Every model, newest first. */
  async list(): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .selectAll()
      .orderBy("created_at", "desc")
      .orderBy("name")
      .orderBy("version", "desc")
      .execute();
    return rows.map(recordOf);
  }

  private removeAbandonedCopies(): void {
    for (const entry of readdirSync(this.folder)) {
      const owner = entry.startsWith(copyPrefix) ? Number.parseInt(entry.slice(copyPrefix.length)) : NaN;
      if (!Number.isNaN(owner) && !isAlive(owner)) rmSync(join(this.folder, entry), { recursive: true, force: true });
    }
  }

  private place({ name, version }: { readonly name: string; readonly version: number }): string {
    return join(this.folder, name, String(version));
  }

  private async row(id: string): Promise<Selectable<Schema["models"]>> {
    const [, name = id, version] = /^(.*)@(\d+)$/.exec(id) ?? [];
    const query = this.db.selectFrom("models").selectAll().where("name", "=", name).orderBy("version", "desc").limit(1);
    const row = await (version === undefined ? query : query.where("version", "=", Number(version))).executeTakeFirst();
    if (row === undefined)
      throw new UserError("model/not-found", `There is no model "${id}"`, { path: id, hint: '"tradewind models" lists the models.' });
    return row;
  }
}
