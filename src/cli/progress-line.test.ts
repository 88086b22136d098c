import { expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { durationText, progressLine } from "./progress-line.ts";

function shown(isTTY: boolean) {
  const clock = manualClock();
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), isTTY, columns: 60 }, clock);
  return { clock, written, line };
}

test("on a terminal one line is rewritten, at most ten times a second, and kept when the stage ends", () => {
  const { clock, written, line } = shown(true);
  line.update({ stage: "train", fraction: 0, message: "0 steps" });
  clock.set(50);
  line.update({ stage: "train", fraction: 0.1, message: "1 step" });
  clock.set(2000);
  line.update({ stage: "train", fraction: 0.25, message: "2 steps" });
  line.update({ stage: "train", fraction: 1, message: "8 steps" });
  expect(written.join("")).toBe("train   0 %  0 steps\r\u001b[2Ktrain  25 %  2 steps, 6 s left\r\u001b[2Ktrain 100 %  8 steps\n");
});

test("text written between is on a line of its own", () => {
  const { written, line } = shown(true);
  line.update({ stage: "train", fraction: 0.5, message: "x".repeat(200) });
  line.clear();
  line.clear();
  expect(written[0]!.length).toBe(59);
  expect(written.slice(1)).toEqual(["\r\u001b[2K"]);
});

test("elsewhere a line is written now and then", () => {
  const { clock, written, line } = shown(false);
  for (let second = 0; second <= 12; second++) {
    clock.set(second * 1000);
    line.update({ stage: "train", fraction: second / 20, message: `${second} k` });
  }
  line.update({ stage: "judge", fraction: 0, message: "begins" });
  expect(written).toEqual([
    "train   0 %  0 k\n",
    "train  25 %  5 k, 15 s left\n",
    "train  50 %  10 k, 10 s left\n",
    "judge   0 %  begins\n",
  ]);
});

test("durations are said in two units", () => {
  expect([400, 59_000, 61_000, 7_260_000].map(durationText)).toEqual(["0 s", "59 s", "1 min 1 s", "2 h 1 min"]);
});
