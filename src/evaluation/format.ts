/** A number for people: thousands separated, a real minus sign, no "−0". */
export function number(value: number, digits = 2): string {
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A share in per cent: 0.123 is "12.3 %". */
export const percent = (share: number, digits = 1): string => `${number(share * 100, digits)} %`;

const signs: Readonly<Record<string, string>> = { USD: "$", EUR: "€", GBP: "£", JPY: "¥" };

/** An amount in a currency: "$1,234", or "1,234 USDT" where there is no sign for it. */
export function money(amount: number, currency: string, digits = 0): string {
  const sign = Object.hasOwn(signs, currency) ? signs[currency] : undefined;
  const text = number(amount, digits);
  if (sign === undefined) return `${text} ${currency}`;
  return text.startsWith("−") ? `−${sign}${text.slice(1)}` : sign + text;
}

/** The UTC day of a bar's close, such as 2020-04-17; a close at midnight belongs to the day that ends then. */
export const day = (timeMs: number): string => new Date(timeMs - 1).toISOString().slice(0, 10);

/** The UTC minute of a bar's close, such as 2020-04-17 14:30. */
export const minute = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");

/** Duration for people: "840 ms", "12.3 s", "4 min 05 s". */
export function duration(durationMs: number): string {
  if (durationMs < 1000) return `${number(durationMs, 0)} ms`;
  if (durationMs < 60_000) return `${number(durationMs / 1000, 1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}
