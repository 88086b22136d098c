import type { Page } from "playwright-core";

/** How many pixels of a chart's canvases have a colour of the style sheet, in each of `slices` parts from left to right. */
export async function inkOf(page: Page, chart: string, color: string, slices = 4): Promise<number[]> {
  return page.evaluate(
    ({ chart, color, slices }) => {
      const probe = document.createElement("canvas").getContext("2d")!;
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${color}`).trim();
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      const box = document.querySelector(`[data-chart="${chart}"] .canvas-box`)!;
      const left = box.getBoundingClientRect().left;
      const width = box.getBoundingClientRect().width;
      const counts = Array<number>(slices).fill(0);
      for (const canvas of box.querySelectorAll("canvas")) {
        if (canvas.width === 0 || canvas.height === 0) continue;
        const place = canvas.getBoundingClientRect();
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        for (let index = 0; index < data.length; index += 4) {
          const distance = Math.abs(data[index]! - red!) + Math.abs(data[index + 1]! - green!) + Math.abs(data[index + 2]! - blue!);
          if (data[index + 3]! < 100 || distance > 60) continue; // Thin lines are soft, and some lie under a tint.
          const x = place.left - left + (((index / 4) % canvas.width) * place.width) / canvas.width;
          counts[Math.min(slices - 1, Math.floor((slices * x) / width))]!++;
        }
      }
      return counts;
    },
    { chart, color, slices },
  );
}

/** A chart's picture as text, to see whether it changed. */
export const pictureOf = (page: Page, chart: string): Promise<string> =>
  page.evaluate((name) => {
    const canvases = document.querySelectorAll<HTMLCanvasElement>(`[data-chart="${name}"] .canvas-box canvas`);
    return [...canvases].map((canvas) => (canvas.width > 0 && canvas.height > 0 ? canvas.toDataURL() : "")).join();
  }, chart);
