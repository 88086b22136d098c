import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMarketMaking } from "../src/env/index.ts";
import { type EpisodeRecording, recordBookEpisode, renderReplayHtml } from "../src/evaluation/index.ts";
import { openBrowser } from "./support/browser.ts";

// On Linux x64 a browser comes with npm, so that none starts is a failure there; elsewhere one may be missing.
const found: Browser | string = await openBrowser().catch((error: unknown) => {
  if (process.platform === "linux" && process.arch === "x64") throw error;
  return String(error);
});
if (typeof found === "string") console.warn(`Skipping the replay's browser tests. ${found}`);
const browser = found as Browser;

describe.skipIf(typeof found === "string")("a replay in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-replay-"));
  const complaints: string[] = [];
  let recording: EpisodeRecording;

  beforeAll(() => {
    const environment = createMarketMaking(
      { session: { steps: 60, stepMs: 500, market: { warmUpMs: 2000 } }, quoteLots: 3, closesAtEnd: false },
      { count: 1 },
    );
    const actor = { decide: (_observations: Float32Array, _count: number, out: Float32Array) => void out.fill(-0.8) };
    recording = recordBookEpisode({ environment, actor, name: "quotes", agent: "constant", seed: 4 });
    writeFileSync(join(folder, "replay.html"), renderReplayHtml(recording));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(width: number, colorScheme: "light" | "dark"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(join(folder, "replay.html")).href);
    return page;
  }

  const shown = (page: Page, name: string) => page.textContent(`[data-show="${name}"]`);
  const moveTo = (page: Page, step: number) =>
    page.evaluate(`{
      const slider = document.getElementById("at");
      slider.value = ${step};
      slider.dispatchEvent(new Event("input"));
    }`);

  test("walks through the episode: readouts, ladder and all charts show one moment", async () => {
    const page = await open(1280, "light");
    for (const step of [0, 17, 43]) {
      await moveTo(page, step);
      const { equity, positions, depth } = recording.frames[step]!;
      expect(Number((await shown(page, "equity"))!.replace("−", "-").replaceAll(",", ""))).toBeCloseTo(equity, 2);
      expect(Number((await shown(page, "position"))!.replace("−", "-"))).toBe(positions[0]);
      const rows = await page.locator("#ladder tr").allTextContents();
      expect(rows).toHaveLength(Math.min(10, depth!.asks.length) + Math.min(10, depth!.bids.length) + 1);
      const levels = [...depth!.bids.slice(0, 10), ...depth!.asks.slice(0, 10)].map(({ price }) => price);
      expect(rows.filter((row) => row.includes("●"))).toHaveLength(depth!.own.filter(({ price }) => levels.includes(price)).length);
      const lefts = await page.locator(".playhead").evaluateAll((heads) => heads.map((head) => (head as HTMLElement).style.left));
      expect(lefts).toHaveLength(4);
      for (const left of lefts) expect(Number.parseFloat(left)).toBeCloseTo((100 * step) / 60, 3);
    }
    await page.close();
  });

  test("plays to the end and stops there", async () => {
    const page = await open(1280, "light");
    await moveTo(page, 50);
    await page.selectOption("#speed", "100");
    await page.click("#play");
    await page.waitForFunction(
      'document.getElementById("at").value === "60" && document.getElementById("play").getAttribute("aria-label") === "Play"',
    );
    expect(await shown(page, "action")).toBe("–");
    await page.close();
  });

  test("colours the depth by its theme, and holds at phone width", async () => {
    const inks: number[] = [];
    for (const [width, scheme] of [
      [1280, "light"],
      [390, "dark"],
    ] as const) {
      const page = await open(width, scheme);
      expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBeLessThanOrEqual(0);
      const [filled, green] = (await page.evaluate(`{
        const canvas = document.querySelector("canvas.heat");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let filled = 0, green = 0;
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] === 0) continue;
          filled++;
          if (data[at + 1] > data[at]) green += data[at + 1];
        }
        [filled / (data.length / 4), green / filled];
      }`)) as [number, number];
      expect(filled).toBeGreaterThan(0.1);
      inks.push(green);
      await page.close();
    }
    expect(inks[0]).not.toBe(inks[1]);
    expect(complaints).toEqual([]);
  });
});
