import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";

const installed = [
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The Chromium that comes with npm, unpacked. Linux on x64 only. */
async function packagedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(findPackageJSON("@sparticuz/chromium", import.meta.url)!, "utf8")) as { version: string };
  // Its libraries stay packed without these two, and an older copy in the temporary folder would be reused unseen.
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs22.x";
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs22.x";
  const folder = join(tmpdir(), `tradewind-chromium-${version}`);
  mkdirSync(join(folder, "fontconfig"), { recursive: true });
  process.env["TMPDIR"] = folder;
  // Its own font configuration only looks in /tmp; without a font a page has no text at all.
  const folders = [join(folder, "fonts"), "/usr/share/fonts"].map((path) => `<dir>${path}</dir>`).join("");
  const fonts = `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${join(folder, "font-cache")}</cachedir></fontconfig>`;
  writeFileSync(join(folder, "fontconfig", "fonts.conf"), fonts);
  process.env["FONTCONFIG_PATH"] = join(folder, "fontconfig");
  const { default: chromium } = await import("@sparticuz/chromium");
  return chromium.executablePath();
}

/** A headless Chromium: the one from npm, else an installed one. Where none starts, the error says what was tried. */
export async function openBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const packaged = process.platform === "linux" && process.arch === "x64";
  const attempts: (() => Promise<string>)[] = [
    ...(packaged ? [packagedChromium] : []),
    ...installed.filter((path) => existsSync(path)).map((path) => async () => path),
  ];
  const failures: string[] = [];
  for (const attempt of attempts) {
    try {
      const executablePath = await attempt();
      return await chromium.launch({
        executablePath,
        args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
      });
    } catch (error) {
      failures.push(String(error));
    }
  }
  throw new Error(
    `No Chromium starts here. Run \`npm ci\` (it brings one on Linux x64) or install Chrome. Tried: ${failures.join("; ") || "nothing to try"}`,
  );
}
