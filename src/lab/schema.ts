import type { Kysely } from "kysely";

/** The tables of the state database. JSON is text, times are ISO 8601 in UTC, truth values are 0 or 1: SQLite and PostgreSQL agree on these. */
export interface Schema {
  readonly runs: {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly created_at: string;
    readonly symbol: string;
    readonly synthetic: number;
    readonly algorithm: string;
    readonly headline: string | null;
    readonly message: string | null;
    readonly metrics: string | null;
    /** The process that does the work, so that a run whose process died is not "running" for ever. */
    readonly process_id: number;
  };
  readonly run_points: { readonly run_id: string; readonly seed: number; readonly steps: number; readonly point: string };
  readonly artifacts: { readonly run_id: string; readonly name: string; readonly path: string };
  readonly models: {
    readonly name: string;
    readonly version: number;
    readonly run_id: string | null;
    readonly created_at: string;
    readonly manifest: string;
    /** SHA-256 of each file of the model's folder by its path, as JSON. */
    readonly files: string;
  };
}

/** Every change of the tables since the first, by name in order. One that has been released is never edited. */
export const migrations = {
  "0001-runs-and-models": {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema
        .createTable("runs")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("status", "text", (column) => column.notNull())
        .addColumn("created_at", "text", (column) => column.notNull())
        .addColumn("symbol", "text", (column) => column.notNull())
        .addColumn("synthetic", "integer", (column) => column.notNull())
        .addColumn("algorithm", "text", (column) => column.notNull())
        .addColumn("headline", "text")
        .addColumn("message", "text")
        .addColumn("metrics", "text")
        .addColumn("process_id", "integer", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("run_points")
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id").onDelete("cascade"))
        .addColumn("seed", "integer", (column) => column.notNull())
        .addColumn("steps", "integer", (column) => column.notNull())
        .addColumn("point", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("run_points_key", ["run_id", "seed", "steps"])
        .execute();
      await db.schema
        .createTable("artifacts")
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id").onDelete("cascade"))
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("path", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("artifacts_key", ["run_id", "name"])
        .execute();
      await db.schema
        .createTable("models")
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("run_id", "text")
        .addColumn("created_at", "text", (column) => column.notNull())
        .addColumn("manifest", "text", (column) => column.notNull())
        .addColumn("files", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("models_key", ["name", "version"])
        .execute();
    },
  },
};
