const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A row of bars for a series: each column is the newest value of its share of the series; a gap where nothing is known. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const columns = Math.min(width, values.length);
  const picked = Array.from({ length: columns }, (_, column) => values[Math.ceil(((column + 1) * values.length) / columns) - 1]!);
  const known = picked.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return picked.map((value) => (value === null ? " " : blocks[high > low ? Math.round(((value - low) / (high - low)) * 7) : 3]!)).join("");
}
