import type { FastifyInstance } from "fastify";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createServer, listen, type Report } from "../src/api/index.ts";
import { manualClock, UserError } from "../src/base/index.ts";
import { dashboardFolder } from "../src/cli/dashboard-build.ts";
import { openBrowser } from "./support/browser.ts";
import { inkOf, pictureOf } from "./support/canvas.browser.ts";
import { fakeServices, type FakeServices } from "./support/fake-services.ts";

const clock = manualClock(Date.UTC(2026, 0, 5, 9, 30));
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const money = (value: number) => Math.round(value).toLocaleString("en-US");

// On Linux x64 a browser comes with npm, so that none starts is a failure there; elsewhere one may be missing.
const found: Browser | string = await openBrowser().catch((error: unknown) => {
  if (process.platform === "linux" && process.arch === "x64") throw error;
  return String(error);
});
if (typeof found === "string") console.warn(`Skipping the dashboard's browser tests. ${found}`);
const browser = found as Browser;

describe.skipIf(typeof found === "string")("the dashboard in a browser", () => {
  let webRoot: string;
  let services: FakeServices;
  let server: FastifyInstance;
  let address: string;
  let report: Report;
  let complaints: string[];
  const pages: Page[] = [];

  const serve = (port = 0) => {
    server = createServer({ services, webRoot, heartbeatMs: 2000 });
    return listen(server, { port });
  };

  beforeAll(async () => {
    const said: string[] = [];
    const folder = await dashboardFolder((message) => said.push(message));
    if (folder === undefined) throw new Error(said.join("\n"));
    webRoot = folder;
  }, 180_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    services = fakeServices(clock, { bars: 400 });
    report = await services.report(services.runId);
    address = await serve();
    complaints = [];
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    await server.close();
  });

  async function open(path: string, { viewport = desk, colorScheme = "dark" as "dark" | "light" } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    pages.push(page);
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(address + path);
    return page;
  }

  const liveNow = (page: Page) => page.waitForSelector('[data-connection="live"]');
  const legend = (page: Page, chart: string, series: string) => page.textContent(`[data-chart="${chart}"] [data-series="${series}"] b`);
  const stat = (page: Page, name: string) => page.textContent(`[data-stat="${name}"] dd`);
  const attribute = async (page: Page, selector: string, name: string) => Number(await page.getAttribute(selector, name));

  describe("the overview", () => {
    test("shows the latest verdict in words, its figures, the models and the sessions", async () => {
      const page = await open("/");
      await page.waitForSelector('[data-chart="Equity"] canvas');
      expect(await page.textContent(".verdict .headline")).toBe(report.verdict.headline);
      expect(await stat(page, "Sharpe")).toBe(signed(report.strategies[0]!.metrics.sharpe!));
      for (const text of [services.modelId, services.sessionId, "SYNTHETIC", "short / flat / long"]) {
        expect(await page.getByText(text).count(), text).toBeGreaterThan(0);
      }
      await liveNow(page);
      expect(complaints).toEqual([]);
    });

    test("says what to do where nothing is yet", async () => {
      await server.close();
      services = fakeServices(clock, { empty: true });
      address = await serve();
      const page = await open("/");
      for (const text of ["No run has finished yet", "No models yet", "No sessions yet"]) await page.getByText(text).first().waitFor();
      expect(complaints).toEqual([]);
    });

    test("starts a run, and shows the service's words when it cannot", async () => {
      const page = await open("/");
      await page.fill('input[name="data"]', "nowhere");
      await page.getByRole("button", { name: "Train" }).click();
      await page.getByText('There is no data set "nowhere".').waitFor();
      await page.fill('input[name="data"]', "ndx");
      await page.getByRole("button", { name: "Train" }).click();
      await page.waitForURL("**/runs/demo-2");
    });
  });

  describe("a finished run", () => {
    test("draws every chart with its data", async () => {
      const page = await open(`/runs/${services.runId}`);
      await page.waitForSelector('[data-chart="Policy loss"] canvas');
      await page.waitForTimeout(300); // A frame or two for the canvases.
      expect(await attribute(page, '[data-chart="Price"]', "data-points")).toBe(400);
      expect(await attribute(page, '[data-chart="Price"]', "data-trades")).toBe(report.trades.length);
      for (const [chart, color] of [
        ["Price", "up"],
        ["Price", "down"],
        ["Price", "agent"],
        ["Price", "hold"],
        ["Equity", "agent"],
        ["Equity", "hold"],
        ["Equity", "random"],
        ["Drawdown", "agent"],
        ["Drawdown", "hold"],
      ] as const) {
        for (const ink of await inkOf(page, chart, color, 3)) expect(ink, `${color} in a third of ${chart}`).toBeGreaterThan(10);
      }
      for (const chart of ["Episode return", "Approximate KL", "Entropy", "Value loss", "Explained variance", "Policy loss"]) {
        const inks = await Promise.all(["seed1", "seed2", "seed3", "seed4", "seed5"].map((color) => inkOf(page, chart, color, 1)));
        expect(inks.flat().filter((ink) => ink > 20).length, chart).toBeGreaterThan(0);
        expect(await attribute(page, `[data-chart="${chart}"]`, "data-points")).toBe(60);
      }
      expect(complaints).toEqual([]);
    });

    test("writes the report's own figures", async () => {
      const page = await open(`/runs/${services.runId}`);
      await page.waitForSelector(".metrics");
      for (const [name, label] of [
        ["agent", "Agent"],
        ["buy-and-hold", "Buy and hold"],
      ] as const) {
        expect(await legend(page, "Equity", label)).toBe(`${money(report.series.equity[name]!.at(-1)!)} USD`);
      }
      const row = page.locator(".metrics tr", { hasText: "Turnover" });
      expect(await row.locator("td").allTextContents()).toEqual(report.strategies.map(({ metrics }) => metrics.turnover!.toFixed(2)));
      expect(await page.locator('[aria-label="Seeds"] tbody tr').count()).toBe(5);
      expect(await page.locator('[aria-label="Walk-forward folds"] tbody tr').count()).toBe(4);
      expect(await page.locator('[aria-label="Trades"] tbody tr').count()).toBe(Math.min(25, report.trades.length));
      expect(await page.textContent(".lineage")).toContain(`vega-datasets 3.2.1`);
      expect(await page.textContent(".lineage")).toContain(report.data.lineage.sha256);
      expect(await page.locator(".badge.synthetic").count()).toBeGreaterThan(1);
    });

    test("keeps TradingView's attribution in sight, and loads nothing from elsewhere", async () => {
      const page = await open("/nothing-yet");
      const foreign: string[] = [];
      page.on("request", (request) => !request.url().startsWith(address) && !request.url().startsWith("ws") && foreign.push(request.url()));
      await page.goto(`${address}/runs/${services.runId}`);
      await page.locator("#tv-attr-logo").waitFor({ state: "visible" });
      expect(foreign).toEqual([]);
    });

    test("has a legend that follows the pointer", async () => {
      const page = await open(`/runs/${services.runId}`);
      await page.waitForSelector('[data-chart="Equity"] canvas');
      await page.hover('[data-chart="Equity"] .canvas-box', { position: { x: 10, y: 100 } });
      await expect.poll(() => legend(page, "Equity", "Agent")).not.toBe(`${money(report.series.equity["agent"]!.at(-1)!)} USD`);
    });
  });

  describe("a live session", () => {
    const bars = (page: Page) => attribute(page, "[data-session]", "data-bars");

    test("moves bar by bar", async () => {
      const page = await open(`/sessions/${services.sessionId}`);
      await liveNow(page);
      await page.waitForSelector('[data-chart="Price"] canvas');
      expect(await bars(page)).toBe(100);
      await page.waitForTimeout(300);
      const [price, equity] = [await pictureOf(page, "Price"), await pictureOf(page, "Equity")];
      for (let bar = 0; bar < 30; bar++) services.nextBar();
      await expect.poll(() => bars(page)).toBe(130);
      const session = await services.session(services.sessionId);
      expect(await stat(page, "Equity")).toBe(money(session.points.at(-1)!.equity));
      expect(await legend(page, "Equity", "Buy and hold")).toBe(`${money(session.points.at(-1)!.buyAndHold)} USD`);
      expect(await attribute(page, '[data-chart="Price"]', "data-trades")).toBe(session.trades.length);
      await expect.poll(() => pictureOf(page, "Price")).not.toBe(price);
      await expect.poll(() => pictureOf(page, "Equity")).not.toBe(equity);
      expect(await page.title()).toContain("SPX");
      expect(complaints).toEqual([]);
    });

    test("pauses, resumes, and is killed only after a yes", async () => {
      const page = await open(`/sessions/${services.sessionId}`);
      await liveNow(page);
      const status = () => page.getAttribute(".page-head [data-status]", "data-status");
      await page.getByRole("button", { name: "Pause" }).click();
      await expect.poll(status).toBe("paused");
      services.nextBar();
      expect((await services.session(services.sessionId)).barsSeen).toBe(100);
      await page.getByRole("button", { name: "Resume" }).click();
      await expect.poll(status).toBe("running");
      await page.getByRole("button", { name: "Kill switch", exact: true }).click();
      await page.keyboard.press("Escape");
      expect((await services.session(services.sessionId)).status).toBe("running");
      await page.getByRole("button", { name: "Kill switch", exact: true }).click();
      await page.getByRole("button", { name: "Latch the kill switch" }).click();
      await expect.poll(status).toBe("killed");
      expect(await page.getByRole("button", { name: "Kill switch", exact: true }).isDisabled()).toBe(true);
      expect(await page.textContent(".message")).toContain("Kill switch latched");
    });

    test("misses no bar while the line is down", async () => {
      const page = await open(`/sessions/${services.sessionId}`);
      await liveNow(page);
      const port = Number(new URL(address).port);
      await server.close();
      await page.waitForSelector('[data-connection="reconnecting"]');
      for (let bar = 0; bar < 7; bar++) services.nextBar();
      await serve(port);
      await liveNow(page);
      await expect.poll(() => bars(page)).toBe(107);
      services.nextBar();
      await expect.poll(() => bars(page)).toBe(108);
    }, 30_000);
  });

  test("training in progress shows pace, progress and growing curves", async () => {
    const { id } = await services.startRun({ data: "ndx" });
    const page = await open(`/runs/${id}`);
    await liveNow(page);
    await page.getByText("Waiting for the first update").waitFor();
    for (let update = 1; update <= 20; update++) services.train(id, update * 2048);
    await page.waitForSelector('[data-chart="Entropy"] canvas');
    expect(await stat(page, "Steps/s")).toBe("26,412");
    expect(await stat(page, "ETA")).toBe("6 s");
    await expect.poll(() => attribute(page, '[data-chart="Entropy"]', "data-points")).toBe(20);
    await expect.poll(async () => Math.min(...(await inkOf(page, "Entropy", "seed1", 2)))).toBeGreaterThan(10);
    services.train(id, 21 * 2048);
    await expect.poll(() => attribute(page, '[data-chart="Entropy"]', "data-points")).toBe(21);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator('.page-head [data-status="stopped"]').waitFor();
    expect(complaints).toEqual([]);
  });

  test("a page that is opened in the middle of training shows what went before", async () => {
    const { id } = await services.startRun({ data: "ndx" });
    for (let update = 1; update <= 20; update++) services.train(id, update * 2048);
    const page = await open(`/runs/${id}`);
    await liveNow(page);
    await page.waitForSelector('[data-chart="Entropy"] canvas');
    await expect.poll(() => attribute(page, '[data-chart="Entropy"]', "data-points")).toBe(20);
    services.train(id, 21 * 2048);
    await expect.poll(() => attribute(page, '[data-chart="Entropy"]', "data-points")).toBe(21);
    expect(complaints).toEqual([]);
  });

  describe("a failing service", () => {
    test.each([
      [
        new UserError("data/busy", "Another program is writing to the data store.", { hint: "Wait until it has ended." }),
        "Wait until it has ended.",
        false,
      ],
      [new Error("a fault"), "The service failed.", true],
    ])("%s is shown with its hint, and the page recovers", async (failure, words, byItself) => {
      services.failure = failure;
      const page = await open(`/sessions/${services.sessionId}`);
      const notice = page.getByRole("alert");
      await notice.waitFor();
      expect(await notice.textContent()).toContain(words);
      services.failure = null;
      if (!byItself) await page.getByRole("button", { name: "Try now" }).click();
      await page.waitForSelector('[data-chart="Price"] canvas');
      expect(await notice.count()).toBe(0);
    });

    test("keeps what was there in sight", async () => {
      const page = await open("/");
      await page.waitForSelector(".verdict");
      services.failure = new Error("a fault");
      const port = Number(new URL(address).port);
      await server.close();
      await page.waitForSelector('[data-connection="reconnecting"]');
      await serve(port);
      await page.getByRole("alert").first().waitFor();
      expect(await page.locator(".verdict").count()).toBe(1);
      services.failure = null;
      // The page tries again after 1, 2, 4, 8, then every 15 seconds: a starved machine may need several turns.
      await expect.poll(() => page.getByRole("alert").count(), { timeout: 60_000 }).toBe(0);
    }, 120_000);

    test("an unknown session and an unknown page are told", async () => {
      const page = await open("/sessions/nobody");
      await page.getByText('There is no session "nobody".').waitFor();
      await page.goto(`${address}/no/such/page`);
      await page.getByText("No such page").waitFor();
    });
  });

  describe.each([
    ["dark", "390 px", phone],
    ["light", "390 px", phone],
    ["dark", "1280 px", desk],
  ] as const)("%s at %s", (colorScheme, _width, viewport) => {
    test.each(["/", "/runs/demo-1", "/sessions/paper-1"])("%s fits without scrolling sideways", async (path) => {
      const page = await open(path, { viewport, colorScheme });
      await page.waitForSelector(".chart canvas");
      const { wide, background } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        background: getComputedStyle(document.body).backgroundColor,
      }));
      expect(wide).toBe(0);
      const light = Number(/\d+/.exec(background)![0]) > 128;
      expect(light).toBe(colorScheme === "light");
      expect(complaints).toEqual([]);
    });
  });

  test("everything can be reached by keyboard", async () => {
    const page = await open("/");
    await page.waitForSelector(".verdict");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe("Skip to content");
    await page.getByRole("link", { name: "Open the run" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/runs/${services.runId}`);
    await page.goBack();
    await page.waitForSelector(".verdict");
    expect(new URL(page.url()).pathname).toBe("/");
  });
});
