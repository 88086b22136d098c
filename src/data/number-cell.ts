const plain = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const infinite = /^[-+]?inf(?:inity)?$/i;
const missing = /^(?:|null|nan|na|n\/a|#n\/a|none|-|--|\.)$/i;
const grouped = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const europeanGrouped = /^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;
const europeanDecimal = /^[-+]?\d*,\d+$/;
const scaled = /^(.*\d)([KMB])$/i;
const scales: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9 };

/**
 * The number a cell of a text file holds: NaN where it is empty or says so (null, NA, a dash), `undefined` where it is
 * something else. Knows a currency sign, thousands commas, K/M/B, and, where `decimalComma`, numbers such as 1.234,50.
 */
export function parseNumberCell(cell: string, decimalComma: boolean): number | undefined {
  if (plain.test(cell)) return Number(cell);
  const text = cell.trim().replace(/^[$€£¥]/, "");
  if (missing.test(text)) return NaN;
  if (plain.test(text)) return Number(text);
  if (infinite.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (decimalComma && (europeanDecimal.test(text) || europeanGrouped.test(text))) {
    return Number(text.replaceAll(".", "").replace(",", "."));
  }
  if (grouped.test(text)) return Number(text.replaceAll(",", ""));
  const parts = scaled.exec(text);
  const value = parts ? parseNumberCell(parts[1]!, decimalComma) : undefined;
  return value === undefined ? undefined : value * scales[parts![2]!.toUpperCase()]!;
}
