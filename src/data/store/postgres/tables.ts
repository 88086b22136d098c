import type { Pool } from "pg";
import { barColumns } from "../../../domain/index.ts";
import { periodStart } from "../periods.ts";
import { inTransaction, withClient } from "./connection.ts";

/** A name as SQL writes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const yearMs = 366 * 86_400_000;

/** Makes the tables where they are not there yet; two programs that begin at once do it after each other. */
export const makeTables = (pool: Pool, schema: string): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`tradewind:tables:${schema}`]);
    const { rows } = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'");
    for (const statement of statements(quoted(schema), rows.length > 0)) await client.query(statement);
  });

/** Bars are partitioned by the year of their close, or by TimescaleDB in chunks of as much; `at` is the whole millisecond of it. */
function statements(schema: string, hasTimescale: boolean): string[] {
  const columns = barColumns.map((name) => `${quoted(name)} float8 NOT NULL`).join(", ");
  const partitioned = hasTimescale ? "" : " PARTITION BY RANGE (at)";
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `CREATE TABLE IF NOT EXISTS ${schema}.versions (name text, generation int8, record json NOT NULL, PRIMARY KEY (name, generation))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.pins (name text, content_hash text, pinned_by text, PRIMARY KEY (name, content_hash, pinned_by))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.parts (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, part text NOT NULL, UNIQUE (name, part))`,
    `CREATE TABLE IF NOT EXISTS ${schema}.bars (part int8 NOT NULL, at int8 NOT NULL, ${columns})${partitioned}`,
    `CREATE INDEX IF NOT EXISTS bars_part_at ON ${schema}.bars (part, at)`,
    ...(hasTimescale
      ? [
          `SELECT create_hypertable('${schema}.bars', 'at', chunk_time_interval => ${yearMs}::int8, create_default_indexes => false, if_not_exists => true)`,
        ]
      : []),
  ];
}

/**
 * Makes the partitions of the years in a range, if bars are partitioned by us. A partition is made on its own and then attached, so that
 * readers and writers need not stop meanwhile.
 */
export async function makePartitions(pool: Pool, schema: string, from: number, to: number): Promise<void> {
  const has = async (text: string, name: string) => (await withClient(pool, (client) => client.query(text, [name]))).rows.length > 0;
  const isAttached = "SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1)";
  const bars = `${quoted(schema)}.bars`;
  if (!(await has("SELECT 1 FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'p'", bars))) return;
  for (let start = periodStart("year", from); start <= to; start = periodStart("year", start, 1)) {
    const name = `${quoted(schema)}.${quoted(`bars_${String(new Date(start).getUTCFullYear()).replace("-", "minus_")}`)}`;
    if (await has(isAttached, name)) continue;
    await inTransaction(pool, async (client) => {
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`tradewind:partitions:${schema}`]);
      const { rows } = await client.query(isAttached, [name]);
      if (rows.length > 0) return; // Another program was quicker.
      await client.query(`CREATE TABLE ${name} (LIKE ${bars} INCLUDING ALL)`);
      const range = `FROM ('${start}') TO ('${periodStart("year", start, 1)}')`;
      await client.query(`ALTER TABLE ${bars} ATTACH PARTITION ${name} FOR VALUES ${range}`);
    });
  }
}
