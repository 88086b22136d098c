import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demo, homeAt, type LocalServices, openServices, version } from "../src/app/index.ts";
import { createServer, listen } from "../src/api/index.ts";
import { systemClock } from "../src/base/index.ts";
import { dashboardFolder } from "../src/cli/dashboard-build.ts";
import { openBrowser } from "./support/browser.ts";
import { inkOf, pictureOf } from "./support/canvas.browser.ts";

// The demo itself, small but real: trained here, served here, and looked at in a browser.

const found: Browser | string = await openBrowser().catch((error: unknown) => {
  if (process.platform === "linux" && process.arch === "x64") throw error;
  return String(error);
});
if (typeof found === "string") console.warn(`Skipping the demo in a browser. ${found}`);

describe.skipIf(typeof found === "string")("the demo in a browser", () => {
  const browser = found as Browser;
  const home = mkdtempSync(join(tmpdir(), "tradewind-demo-"));
  let services: LocalServices;
  let server: ReturnType<typeof createServer>;
  let address: string;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    services = await openServices({ home: homeAt(home, home), clock: systemClock, version });
    const webRoot = await dashboardFolder((message) => console.warn(message));
    server = createServer({ services, ...(webRoot !== undefined && { webRoot }) });
    address = await listen(server, { port: 0 });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" })).newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(address);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await server.close();
    await services.close();
    rmSync(home, { recursive: true });
  });

  const numberOf = async (selector: string, attribute: string) => Number(await page.getAttribute(selector, attribute));
  const bars = () => numberOf("[data-session]", "data-bars");

  test("shows the run while it trains, and its verdict on real prices when it is judged", async () => {
    const signal = new AbortController().signal;
    const request = { data: "sp500", steps: 4096, seeds: [1, 2], out: join(home, "out") };
    const result = await demo(request, services, { cwd: home, clock: systemClock, signal, progress: () => undefined });
    await page.getByText(result.headline!).first().waitFor();
    await page.goto(`${address}/runs/${result.run}`);
    await page.waitForSelector('[data-chart="Price"] canvas');
    const report = await services.report(result.run);
    expect(await numberOf('[data-chart="Price"]', "data-points")).toBe(report.series.time.length);
    expect(await numberOf('[data-chart="Price"]', "data-trades")).toBe(report.trades.length);
    expect(report.data.lineage.package).toBe("vega-datasets");
    await page.getByText(report.data.lineage.sha256).waitFor();
    await expect.poll(async () => (await inkOf(page, "Equity", "agent")).every((pixels) => pixels > 20)).toBe(true);
    await expect.poll(async () => (await inkOf(page, "Price", "up")).reduce((sum, pixels) => sum + pixels)).toBeGreaterThan(50);
  }, 120_000);

  test("paper trading of its model moves bar by bar on bars it never saw, and is paused, resumed and killed from the page", async () => {
    const session = await services.startSession({ model: "demo", barsPerSecond: 50 });
    await page.goto(`${address}/sessions/${session.id}`);
    await page.waitForSelector('[data-chart="Price"] canvas');
    await expect.poll(bars).toBeGreaterThan(20);
    const [before, picture] = [await bars(), await pictureOf(page, "Equity")];
    await expect.poll(bars).toBeGreaterThan(before + 10);
    expect(await pictureOf(page, "Equity")).not.toBe(picture);

    await page.getByRole("button", { name: /pause/i }).click();
    await expect.poll(async () => (await services.session(session.id)).status).toBe("paused");
    const held = (await services.session(session.id)).barsSeen;
    await page.waitForTimeout(300);
    expect((await services.session(session.id)).barsSeen).toBeLessThanOrEqual(held + 1);
    await page.getByRole("button", { name: /resume/i }).click();
    await expect.poll(async () => (await services.session(session.id)).barsSeen).toBeGreaterThan(held + 5);

    await page.getByRole("button", { name: /kill/i }).first().click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /kill|stop/i })
      .click();
    await expect.poll(async () => (await services.session(session.id)).status).toBe("killed");
    await page
      .getByText(/killed/i)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});
