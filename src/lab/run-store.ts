import type { Kysely, Selectable } from "kysely";
import { type Clock, UserError } from "../base/index.ts";
import type { Metrics } from "../evaluation/index.ts";
import { isAlive } from "./process-alive.ts";
import type { Schema } from "./schema.ts";

/** A job that trains and evaluates, as it is kept. `message` says why it failed or stopped. */
export interface RunRecord {
  readonly id: string;
  readonly name: string;
  readonly status: "running" | "finished" | "failed" | "stopped";
  readonly createdAt: string;
  readonly symbol: string;
  readonly synthetic: boolean;
  readonly algorithm: string;
  readonly headline: string | null;
  readonly message: string | null;
  readonly metrics: Metrics | null;
}

/** One reading of a run's training: figures by name, keyed by seed and steps. */
export interface RunPoint {
  readonly seed: number;
  readonly steps: number;
  readonly [figure: string]: number | string | null;
}

/** What may be changed of a run. */
export type RunChange = Partial<Pick<RunRecord, "status" | "headline" | "message" | "metrics">>;

const recordOf = ({ synthetic, metrics, created_at, process_id: _, ...rest }: Selectable<Schema["runs"]>): RunRecord => ({
  ...rest,
  status: rest.status as RunRecord["status"],
  createdAt: created_at,
  synthetic: synthetic === 1,
  metrics: metrics === null ? null : (JSON.parse(metrics) as Metrics),
});

/** `AAPL, 5 seeds` at 2026-01-02T03:04:05 becomes `aapl-5-seeds-20260102-030405`. */
function idOf(name: string, timeMs: number): string {
  const stamp = new Date(timeMs).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${slug === "" ? "run" : slug}-${stamp}`;
}

/** The runs of one state database: what they are, the points of their training, where their files are. */
export class RunStore {
  private readonly db: Kysely<Schema>;
  private readonly clock: Clock;

  constructor(db: Kysely<Schema>, clock: Clock) {
    this.db = db;
    this.clock = clock;
  }

  /** Files a new run as running in this process. */
  async create(run: Pick<RunRecord, "name" | "symbol" | "synthetic" | "algorithm">): Promise<RunRecord> {
    const timeMs = this.clock.now();
    const row = {
      ...run,
      synthetic: run.synthetic ? 1 : 0,
      status: "running",
      created_at: new Date(timeMs).toISOString(),
      headline: null,
      message: null,
      metrics: null,
      process_id: process.pid,
    };
    const base = idOf(run.name, timeMs);
    for (let count = 1; ; count++) {
      const id = count === 1 ? base : `${base}-${count}`;
      const added = await this.db
        .insertInto("runs")
        .values({ ...row, id })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (added !== undefined) return recordOf(added);
    }
  }

  /** Changes what is given of a run and gives the whole; one that is set running is this process's. Throws `run/not-found`. */
  async update(id: string, { metrics, ...change }: RunChange): Promise<RunRecord> {
    const values = {
      ...change,
      ...(change.status === "running" && { process_id: process.pid }),
      ...(metrics !== undefined && { metrics: metrics === null ? null : JSON.stringify(metrics) }),
    };
    if (Object.keys(values).length > 0) await this.db.updateTable("runs").set(values).where("id", "=", id).execute();
    return this.get(id);
  }

  /** One run by its id. Throws `run/not-found`. */
  async get(id: string): Promise<RunRecord> {
    const row = await this.db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined)
      throw new UserError("run/not-found", `There is no run "${id}"`, { path: id, hint: '"tradewind runs" lists the runs.' });
    return recordOf(row);
  }

  /** Every run, newest first. */
  async list(): Promise<readonly RunRecord[]> {
    const rows = await this.db.selectFrom("runs").selectAll().orderBy("created_at", "desc").orderBy("id", "desc").execute();
    return rows.map(recordOf);
  }

  /** Adds points of training; one of the same seed and steps replaces the older, as after a resumed run. */
  async addPoints(id: string, points: readonly RunPoint[]): Promise<void> {
    if (points.length === 0) return;
    const rows = points.map((point) => ({ run_id: id, seed: point.seed, steps: point.steps, point: JSON.stringify(point) }));
    await this.db
      .insertInto("run_points")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["run_id", "seed", "steps"]).doUpdateSet((old) => ({ point: old.ref("excluded.point") })))
      .execute();
  }

  /** The points of a run's training by seed, then by steps. */
  async points(id: string): Promise<readonly RunPoint[]> {
    const rows = await this.db.selectFrom("run_points").select("point").where("run_id", "=", id).orderBy("seed").orderBy("steps").execute();
    return rows.map(({ point }) => JSON.parse(point) as RunPoint);
  }

  /** Notes where a file of the run is, such as `report.json`. */
  async addArtifact(id: string, name: string, path: string): Promise<void> {
    await this.db
      .insertInto("artifacts")
      .values({ run_id: id, name, path })
      .onConflict((conflict) => conflict.columns(["run_id", "name"]).doUpdateSet({ path }))
      .execute();
  }

  /** The paths of a run's files by name. */
  async artifacts(id: string): Promise<Readonly<Record<string, string>>> {
    const rows = await this.db.selectFrom("artifacts").select(["name", "path"]).where("run_id", "=", id).orderBy("name").execute();
    return Object.fromEntries(rows.map(({ name, path }) => [name, path]));
  }

  /** Marks as failed the runs whose process has ended without saying so, and gives them. */
  async closeAbandoned(): Promise<readonly RunRecord[]> {
    const running = await this.db.selectFrom("runs").select(["id", "process_id"]).where("status", "=", "running").execute();
    const abandoned = running.filter(({ process_id }) => !isAlive(process_id));
    return Promise.all(
      abandoned.map(({ id }) => this.update(id, { status: "failed", message: "The process that did the work has ended." })),
    );
  }
}
