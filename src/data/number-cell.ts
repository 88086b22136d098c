const plain = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const infinite = /^[-+]?inf(?:inity)?$/i;
const missing = /^(?:|null|nan|na|n\/a|#n\/a|none|-|--|\.)$/i;
const grouped = /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const europeanGrouped = /^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;
const europeanDecimal = /^[-+]?\d*,\d+$/;
const scaled = /^(.*\d)([KMB])$/i;
const scales: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9 };

const largestExact = 2 ** 53;
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** A plain decimal of few digits: both its digits and their power of ten are exact, so that their quotient is the nearest number. NaN for all else. */
function shortDecimal(cell: string): number {
  const { length } = cell;
  if (length === 0 || length > 17) return NaN;
  const isNegative = cell.charCodeAt(0) === 45;
  let digits = 0;
  let pointAt = -1;
  for (let at = isNegative ? 1 : 0; at < length; at++) {
    const code = cell.charCodeAt(at);
    if (code >= 48 && code <= 57) digits = 10 * digits + (code - 48);
    else if (code === 46 && pointAt < 0) pointAt = at;
    else return NaN;
  }
  if (digits >= largestExact || (pointAt >= 0 && length - (isNegative ? 1 : 0) === 1) || (isNegative && length === 1)) return NaN;
  const value = pointAt < 0 ? digits : digits / powersOfTen[length - 1 - pointAt]!;
  return isNegative ? -value : value;
}

/**
 * The number a cell of a text file holds: NaN where it is empty or says so (null, NA, a dash), `undefined` where it is
 * something else. Knows a currency sign, thousands commas, K/M/B, and, where `decimalComma`, numbers such as 1.234,50.
 */
export function parseNumberCell(cell: string, decimalComma: boolean): number | undefined {
  const short = shortDecimal(cell);
  if (!Number.isNaN(short)) return short;
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
