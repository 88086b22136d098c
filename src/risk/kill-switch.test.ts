import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { KillSwitch } from "./index.ts";

describe("kill switch", () => {
  let folder: string, path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kill-switch-"));
    path = join(folder, "kill-switch.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const open = () => new KillSwitch({ path, clock: manualClock(7) });

  test("latches: it gets stricter, never laxer, and keeps its first reason", () => {
    const killSwitch = open();
    killSwitch.trip("reducing", "daily-loss", "lost much");
    killSwitch.trip("reducing", "max-drawdown", "lost more");
    expect(killSwitch.detail).toEqual({ state: "reducing", by: "daily-loss", reason: "lost much", atMs: 7 });
    expect(killSwitch.halted.aborted).toBe(false);
    killSwitch.trip("halted", "ada", "enough");
    killSwitch.trip("reducing", "daily-loss", "again");
    expect(killSwitch.detail).toEqual({ state: "halted", by: "ada", reason: "enough", atMs: 7 });
    expect(killSwitch.halted.aborted).toBe(true);
  });

  test("survives a restart until a person resets it", () => {
    open().trip("halted", "ada", "enough");
    const later = open();
    expect([later.state, later.halted.aborted]).toEqual(["halted", true]);
    expect(() => later.reset("", "fine again")).toThrow("a person's name");
    expect(() => later.reset("ada", " ")).toThrow("a reason");
    expect(open().state).toBe("halted");
    later.reset("ada", "the feed is mended");
    expect([later.state, later.halted.aborted, open().state]).toEqual(["active", false, "active"]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ state: "active", by: "ada", reason: "the feed is mended", atMs: 7 });
  });

  test.each(["", "{", '{"state":"active"}', '{"state":"off","reason":"","by":"","atMs":0}'])(
    "a damaged file %j counts as halted",
    (content) => {
      writeFileSync(path, content);
      expect(open()).toMatchObject({ state: "halted" });
    },
  );

  test("is latched in memory even where its file cannot be written", () => {
    writeFileSync(join(folder, "file"), "");
    const killSwitch = new KillSwitch({ clock: manualClock() });
    const unwritable = new KillSwitch({ path: join(folder, "new", "kill-switch.json"), clock: manualClock() });
    writeFileSync(join(folder, "new"), "in the way");
    expect(() => unwritable.trip("halted", "ada", "enough")).toThrow();
    expect([unwritable.state, killSwitch.state]).toEqual(["halted", "active"]);
  });
});
