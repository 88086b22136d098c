import { useEffect, useState } from "react";

const names = [
  "text",
  "muted",
  "line",
  "panel",
  "agent",
  "hold",
  "random",
  "flat",
  "up",
  "down",
  "seed1",
  "seed2",
  "seed3",
  "seed4",
  "seed5",
] as const;

/** The colours of the style sheet, for what is drawn on a canvas. */
export type Palette = Readonly<Record<(typeof names)[number], string>>;

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Palette;
}

/** The current colours; they change with the system's light or dark setting. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: light)");
    const update = () => setPalette(readPalette());
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, []);
  return palette;
}

/** The colour of a strategy wherever it is drawn: the same everywhere. */
export function strategyColor(palette: Palette, name: string): string {
  if (name === "buy-and-hold") return palette.hold;
  if (name === "flat") return palette.flat;
  if (name.startsWith("random")) return palette.random;
  return palette.agent;
}

/** The colour of the n-th seed's curve. */
export const seedColor = (palette: Palette, index: number): string =>
  [palette.seed1, palette.seed2, palette.seed3, palette.seed4, palette.seed5][index % 5]!;
