import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReportHtml, renderReportMarkdown } from "../src/evaluation/index.ts";
import { sampleReport } from "../src/evaluation/report/sample-report.ts";
import { withEverySection } from "../src/evaluation/report/testing/every-section.ts";
import { openBrowser } from "./support/browser.ts";

// On Linux x64 a browser comes with npm, so that none starts is a failure there; elsewhere one may be missing.
const found: Browser | string = await openBrowser().catch((error: unknown) => {
  if (process.platform === "linux" && process.arch === "x64") throw error;
  return String(error);
});
if (typeof found === "string") console.warn(`Skipping the report's browser tests. ${found}`);
const browser = found as Browser;

describe.skipIf(typeof found === "string")("a report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-report-"));
  const complaints: string[] = [];
  let figures: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const whole = withEverySection(await sampleReport());
    const [closedAt] = whole.series.time;
    const points = [-2, -1, 0, 1, 2, 3].map((profit) => ({
      closedAt: closedAt!,
      side: "long" as const,
      profit,
      adverse: -0.01,
      favourable: 0.1,
    }));
    const trips = { ...whole.attribution!.trips, count: points.length, points }; // The sample's agent has too few to draw.
    const report = { ...whole, attribution: { ...whole.attribution!, trips } };
    writeFileSync(join(folder, "report.html"), renderReportHtml(report));
    ({ figures } = renderReportMarkdown(report));
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  interface Looks {
    readonly width?: number;
    readonly colorScheme?: "light" | "dark";
    readonly javaScriptEnabled?: boolean;
  }

  async function open({ width = 1280, colorScheme = "light", javaScriptEnabled = true }: Looks = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => /^(?:file|data):/.test(request.url()) || complaints.push(`asked for ${request.url()}`));
    await page.goto(pathToFileURL(join(folder, "report.html")).href);
    return page;
  }

  /** Everything laid out, as a reader who scrolls and unfolds sees it in the end. */
  const unfold = (page: Page) =>
    page.evaluate(`{
      for (const chapter of document.querySelectorAll(".chapter")) chapter.style.contentVisibility = "visible";
      for (const fold of document.querySelectorAll("details")) fold.open = true;
    }`);

  describe.each([390, 768, 1280])("at %i px", (width) => {
    test("bars are bars, as wide as their share of the row, and dots are round", async () => {
      const page = await open({ width });
      await unfold(page);
      const odd = await page.evaluate(() => {
        const drawn = [...document.querySelectorAll<HTMLElement>("i.rod")].filter(({ offsetParent }) => offsetParent !== null);
        const wrong = drawn.filter((bar) => {
          const due = Math.max(1, (Number.parseFloat(bar.style.width) / 100) * bar.parentElement!.clientWidth);
          return getComputedStyle(bar).borderRadius !== "2px" || Math.abs(bar.getBoundingClientRect().width - due) > 1;
        });
        const dots = [...document.querySelectorAll<HTMLElement>(".plot i.gain, .plot i.loss")];
        return {
          bars: drawn.length,
          wrong: wrong.length,
          dots: dots.length,
          round: dots.every((dot) => getComputedStyle(dot).borderRadius === "50%"),
        };
      });
      expect(odd).toMatchObject({ wrong: 0, round: true });
      expect(odd.bars).toBeGreaterThan(3);
      expect(odd.dots).toBeGreaterThan(3);
      await page.close();
    });
    test.each(["light", "dark"] as const)("%s: nothing is wider than the page but what scrolls inside its box", async (colorScheme) => {
      const page = await open({ width, colorScheme });
      await unfold(page);
      const { wide, out } = await page.evaluate<{ wide: number; out: string[] }>(`(() => {
        const limit = document.documentElement.clientWidth + 1;
        const out = [...document.querySelectorAll("main *")]
          .filter((one) => !one.closest(".scroll, pre, svg") && one.getBoundingClientRect().right > limit)
          .map((one) => one.outerHTML.slice(0, 120));
        return { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, out };
      })()`);
      expect(out).toEqual([]);
      expect(wide).toBe(0);
      await page.close();
    });
  });

  test("text stands out from its ground, also on the shaded months, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open({ colorScheme });
      await unfold(page);
      const faint = await page.evaluate<string[]>(`(() => {
        const shares = (color) => {
          const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
          context.fillStyle = color;
          context.fillRect(0, 0, 1, 1);
          return [...context.getImageData(0, 0, 1, 1).data];
        };
        const light = (color) => shares(color).slice(0, 3).map((share) => (share / 255 <= 0.03928 ? share / 255 / 12.92 : ((share / 255 + 0.055) / 1.055) ** 2.4))
          .reduce((sum, share, index) => sum + share * [0.2126, 0.7152, 0.0722][index], 0);
        const ground = (one) => {
          for (let at = one; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (shares(color)[3] > 0) return color;
          }
          return "white";
        };
        const contrast = (one) => {
          const [low, high] = [light(getComputedStyle(one).color), light(ground(one))].sort((left, right) => left - right);
          return (high + 0.05) / (low + 0.05);
        };
        const told = [...document.querySelectorAll("td[style*=background], h1, h2, h3, main p, li, dt, dd, th, nav a, .x span, .y span")];
        return told.filter((one) => one.textContent.trim() !== "" && contrast(one) < 4.5).map((one) => contrast(one).toFixed(2) + " " + one.outerHTML.slice(0, 120));
      })()`);
      expect(faint, colorScheme).toEqual([]);
      await page.close();
    }
  });

  test("can be read without scripts; with them a chart tells its values under the pointer", async () => {
    const bare = await open({ javaScriptEnabled: false });
    expect(await bare.locator("figure.chart").count()).toBeGreaterThan(20);
    await bare.getByRole("link", { name: "Risk", exact: true }).click();
    expect(new URL(bare.url()).hash).toBe("#risk");
    await bare.close();
    const page = await open();
    await page.locator("figure.chart .plot").first().hover();
    const tip = await page.locator(".tip").first().textContent();
    expect(tip).toMatch(/^20\d\d-\d\d-\d\d.*agent\$[\d,]+.*buy-and-hold\$[\d,]+/);
    const exposure = page.locator("figure.chart", { has: page.getByRole("heading", { name: "Exposure", exact: true }) });
    await exposure.locator(".plot").hover();
    expect(await exposure.locator(".tip").textContent()).toMatch(/^20\d\d-\d\d-\d\dagent(?:9\d|10\d)\.\d\d %$/); // In the market, fully.
    await page.close();
  });

  test("on paper it is light, its folds with figures are open, and no chart is cut", async () => {
    const page = await open({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const { ground, folds, cut } = await page.evaluate<{ ground: string; folds: [boolean, number][]; cut: string }>(`({
      ground: getComputedStyle(document.querySelector(".card")).backgroundColor,
      folds: [...document.querySelectorAll("details")].map((fold) => [fold.classList.contains("on-paper"), fold.getBoundingClientRect().height]),
      cut: getComputedStyle(document.querySelector("figure")).breakInside,
    })`);
    expect(ground).toBe("rgb(255, 255, 255)");
    expect(cut).toBe("avoid");
    for (const [onPaper, height] of folds) {
      if (onPaper) expect(height).toBeGreaterThan(60);
      else expect(height).toBe(0);
    }
    const paper = await page.pdf({ format: "A4", preferCSSPageSize: true });
    expect(paper.length).toBeGreaterThan(50_000);
    await page.close();
  });

  test("the drawings of the Markdown stand by themselves", async () => {
    const page = await browser.newPage();
    for (const [path, svg] of Object.entries(figures)) {
      const file = join(folder, path.replace("/", "-"));
      writeFileSync(file, svg);
      const size = await page.evaluate<[number, number]>(`new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
        image.onerror = () => reject(new Error("not a picture"));
        image.src = ${JSON.stringify(`data:image/svg+xml;base64,${readFileSync(file).toString("base64")}`)};
      })`);
      expect(size[0], path).toBe(920);
      expect(size[1], path).toBeGreaterThan(50);
    }
    await page.close();
  }, 30_000);

  test("runs no script that is not its own, even if one came in", async () => {
    const page = await browser.newPage();
    const own = readFileSync(join(folder, "report.html"), "utf8");
    writeFileSync(
      join(folder, "hostile.html"),
      own.replace("</footer>", "</footer><script>document.title = 'caught'</script><img src=x onerror=\"document.title = 'caught'\">"),
    );
    await page.goto(pathToFileURL(join(folder, "hostile.html")).href);
    expect(await page.title()).toMatch(/Tradewind report$/);
    expect(await page.locator(".cross").count()).toBeGreaterThan(5);
    await page.close();
  });

  test("nothing was complained about, and nothing asked of the network", () => {
    expect(complaints).toEqual([]);
  });
});
