import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parse, sha256, UserError, writeFileWhole } from "../../base/index.ts";
import { identifier, openDuckDb, parquetFile, streamDoubles, withDuckDb } from "../duckdb.ts";
import { writeParquetOn } from "../parquet.ts";
import { parseJson, type Part } from "./entry.ts";
import { lockAlone, lockShared } from "./file-lock.ts";
import { moveDurably, writeDurably } from "./durable-files.ts";
import type { Columns, PartRange, Pin, Shelf } from "./shelf.ts";

const PinFile = z.strictObject({ contentHash: z.string(), by: z.string() });
const recordName = /^(\d{8})\.json$/;

/**
 * Data sets in a folder: `parts/NAME/…parquet`, and `catalog/NAME/00000001.json` for each version, beside it a `.hold` that readers lock
 * while they read. The folder is made at the first write.
 */
export function folderShelf(folder: string): Shelf {
  const catalog = (name: string, ...rest: string[]) => join(folder, "catalog", name, ...rest);
  const partsOf = (name: string) => join(folder, "parts", name);
  const partPath = (name: string, id: string) => join(partsOf(name), `${id}.parquet`);
  const recordPath = (name: string, generation: number, ending = "json") =>
    catalog(name, `${String(generation).padStart(8, "0")}.${ending}`);
  const pinPath = (name: string, { contentHash, by }: Pin) => catalog(name, "pins", `${contentHash}.${sha256(by).slice(0, 12)}.json`);
  const generations = (name: string): number[] =>
    entriesOf(catalog(name))
      .flatMap((file) => recordName.exec(file)?.[1] ?? [])
      .map(Number)
      .toSorted((left, right) => left - right);

  return {
    names: async () => entriesOf(join(folder, "catalog")).filter((name) => generations(name).length > 0),
    generations: async (name) => generations(name),

    async hold(name, generation) {
      const release = lockShared(recordPath(name, generation, "hold"));
      if (release === undefined) return undefined;
      const path = recordPath(name, generation);
      if (existsSync(path)) return { text: readFileSync(path, "utf8"), release: async () => release() }; // It cannot go while we hold it.
      release();
      return undefined;
    },

    async commit(name, generation, text) {
      writeFileSync(recordPath(name, generation, "hold"), "");
      writeDurably(recordPath(name, generation), text);
    },

    async drop(name, generation) {
      const hold = recordPath(name, generation, "hold");
      const release = lockAlone(hold);
      if (release === undefined) return false;
      rmSync(recordPath(name, generation), { force: true });
      release();
      rmSync(hold, { force: true });
      return true;
    },

    async write(name, parts) {
      await withDuckDb(async (connection) => {
        for await (const { id, columns } of parts) {
          const path = partPath(name, id);
          mkdirSync(join(path, ".."), { recursive: true });
          const neighbour = `${path}.${randomUUID()}.partial`;
          try {
            await writeParquetOn(connection, neighbour, columns);
            moveDurably(neighbour, path);
          } finally {
            rmSync(neighbour, { force: true });
          }
        }
      });
    },

    async *read<Name extends string>(
      name: string,
      parts: readonly Part[],
      columns: readonly Name[],
      range?: PartRange,
    ): AsyncGenerator<Columns<Name>> {
      const { connection, close } = await openDuckDb();
      const where = range
        ? ` WHERE ${identifier("closeTime")} >= ${sqlTime(range.from)} AND ${identifier("closeTime")} < ${sqlTime(range.to)}`
        : "";
      try {
        for (const { id } of parts) {
          const query = `SELECT ${columns.map(identifier).join(", ")} FROM ${parquetFile(partPath(name, id))}${where}`;
          yield* streamDoubles(connection, query, columns);
        }
      } finally {
        close();
      }
    },

    async sweep(name, kept) {
      for (const entry of readdirSync(partsOf(name), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const id = path
          .slice(partsOf(name).length + 1)
          .replaceAll("\\", "/")
          .replace(/\.parquet$/, "");
        if (!kept.has(id)) rmSync(path, { force: true });
      }
    },

    pins: async (name) =>
      entriesOf(catalog(name, "pins")).map((file) =>
        parse(PinFile, parseJson(readFileSync(catalog(name, "pins", file), "utf8"), name), name, "data/corrupt"),
      ),
    async pin(name, pin) {
      writeFileWhole(pinPath(name, pin), `${JSON.stringify(pin)}\n`);
    },
    async unpin(name, pin) {
      const path = pinPath(name, pin);
      if (!existsSync(path)) return false;
      rmSync(path);
      return true;
    },

    async lock(name, work) {
      makeFolders(folder, [catalog(name), partsOf(name)]);
      const release = lockAlone(catalog(name, "lock"));
      if (release === undefined) throw busyError(name);
      try {
        return await work();
      } finally {
        release();
      }
    },

    close: async () => undefined,
  };
}

/** The error for a name that somebody else is writing to. */
export const busyError = (name: string): UserError =>
  new UserError("data/busy", `another program is writing the data set "${name}"`, { path: name, hint: "Wait until it has finished." });

const sqlTime = (timeMs: number): string => (Number.isFinite(timeMs) ? String(timeMs) : `'${timeMs}'::DOUBLE`);

const entriesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : []);

function makeFolders(folder: string, paths: readonly string[]): void {
  try {
    for (const path of paths) mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new UserError("data/unreadable", `the data store cannot be made in ${folder}`, {
      path: folder,
      hint: "Choose a folder that may be written.",
      cause,
    });
  }
}
