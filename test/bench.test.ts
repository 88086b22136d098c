import { expect, test } from "vitest";
import { choose, list, machine } from "../bench/main.ts";

const all = [{ name: "ppo/default" }, { name: "ppo/vector" }, { name: "ppo-lstm/default" }, { name: "cli/help" }];

test("a name is meant whole or as a group", () => {
  expect(choose(all, ["ppo"]).map(({ name }) => name)).toEqual(["ppo/default", "ppo/vector"]);
  expect(choose(all, ["cli/help", "ppo/vector"]).map(({ name }) => name)).toEqual(["ppo/vector", "cli/help"]);
  expect(choose(all, [])).toEqual(all);
});

test("markets are environments and books", () => {
  const markets = [{ name: "env/one" }, { name: "book/mix/p50" }, { name: "ppo/default" }];
  expect(choose(markets, ["markets"]).map(({ name }) => name)).toEqual(["env/one", "book/mix/p50"]);
});

test("an unknown name is refused with those there are", () => {
  expect(() => choose(all, ["pp"])).toThrow(expect.objectContaining({ code: "usage/invalid-option", path: "pp" }) as Error);
});

test("every benchmark of the folder has a name of its own, `group/name` or below it, and a unit", async () => {
  const benchmarks = await list();
  const names = benchmarks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, unit } of benchmarks) {
    expect(name).toMatch(/^[a-z0-9-]+(?:\/[a-z0-9.-]+)+$/);
    expect(unit.length).toBeGreaterThan(0);
  }
  expect(machine(0)["date"]).toBe("1970-01-01T00:00:00.000Z");
});
