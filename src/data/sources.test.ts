import { readFileSync, readdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { secretsOf } from "../base/index.ts";
import { loadSource } from "./source.ts";
import { sources } from "./sources/index.ts";

const samples = [
  {
    name: "sp500",
    rows: 5105,
    from: "2000-01-03",
    to: "2020-04-17",
    package: "vega-datasets",
    version: "3.2.1",
    licence: "BSD-3-Clause",
    tickSize: 0.01,
  },
  { name: "ndx", rows: 6724, from: "1985-11-01", to: "2012-06-29", package: "dc", version: "3.2.1", licence: "Apache-2.0", tickSize: 0.01 },
  {
    name: "aapl",
    rows: 1260,
    from: "2013-05-13",
    to: "2018-05-11",
    package: "@observablehq/sample-datasets",
    version: "1.0.1",
    licence: "ISC",
    tickSize: 1e-6,
  },
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

const nextMidnight = (date: string) => Date.parse(date) + 86_400_000;

test.each(samples)(
  "$name has its rows, range and lineage",
  async ({ name, rows, from, to, package: packageName, version, licence, tickSize }) => {
    const { bars, report, lineage } = await loadSource(sources[name]);
    expect(report.rows).toEqual({ read: rows, kept: rows, dropped: 0, quarantined: 0, otherSymbols: 0 });
    expect(report.range).toEqual({ from: nextMidnight(from), to: nextMidnight(to) });
    expect(bars.instrument).toEqual({ symbol: name.toUpperCase(), currency: "USD", tickSize, lotSize: 0.001 });
    expect(lineage).toMatchObject({ source: name, package: packageName, version, licence });
    expect(lineage.note).not.toContain("differs");
  },
);

test("every source is named for its file and takes no parameter it does not know", async () => {
  const files = readdirSync(new URL("sources/", import.meta.url)).filter((file) => file !== "index.ts");
  expect(Object.keys(sources).map((name) => `${name}.ts`)).toEqual(files.toSorted());
  for (const [name, source] of Object.entries(sources)) {
    for (const { variables } of secretsOf(source.params)) vi.stubEnv(variables[0]!, "some key");
    expect(source.name).toBe(name);
    expect(source.summary).toMatch(/\w/);
    expect(() => loadSource(source, { unknown: 1 })).toThrow(expect.objectContaining({ code: "config/invalid" }));
  }
});

test("a file is a source as well", async () => {
  const path = new URL("sources.test.ts", import.meta.url).pathname;
  expect(readFileSync(path, "utf8")).toContain("a file is a source");
  await expect(loadSource(sources.file, { path })).rejects.toMatchObject({ code: expect.stringMatching(/^data\//) as string });
});
