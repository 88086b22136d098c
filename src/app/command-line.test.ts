import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test("options come as often as they have values, and what a shell would read otherwise is quoted", () => {
  expect(
    commandLine(["backtest", "my rule"], { "param": ["fast=5,10", "text=it's"], "from": [undefined], "fee-bps": [0], "finalise": [null] }),
  ).toBe(String.raw`tradewind backtest 'my rule' --param fast=5,10 --param 'text=it'\''s' --fee-bps 0 --finalise`);
});
