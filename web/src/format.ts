const fixed = (digits: number) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const [whole, one, two, three] = [fixed(0), fixed(1), fixed(2), fixed(3)];
const compactNumber = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });
const small = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** What stands where a figure is not defined. */
const undefinedMark = "–";

type Figure = number | null | undefined;
const isFigure = (value: Figure): value is number => typeof value === "number" && Number.isFinite(value);
/** A true minus sign is as wide as a digit, so columns line up. */
const minus = (text: string) => text.replace("-", "\u2212");
const show = (value: Figure, format: (value: number) => string) => (isFigure(value) ? minus(format(value)) : undefinedMark);
/** What rounds to nothing has no sign. */
const unsigned = (text: string) => text.replace(/^-(?=[0.,]*$)/, "");
const withSign = (text: string) => (/[1-9]/.test(text) && !text.startsWith("-") ? `+${text}` : unsigned(text));
const inPercent = (fraction: number, format: (value: number) => string, sign = unsigned) => `${sign(format(fraction * 100))}\u00a0%`;

/** 1,234 */
export const integer = (value: Figure): string => show(value, whole.format);
/** 1,234.50 */
export const decimal = (value: Figure): string => show(value, two.format);
/** A fraction as per cent: 0.1234 is 12.3 %. */
export const percent = (value: Figure): string => show(value, (figure) => inPercent(figure, one.format));
/** A change as per cent, with its sign: 0.1234 is +12.3 %. */
export const signedPercent = (value: Figure): string => show(value, (figure) => inPercent(figure, one.format, withSign));
/** A fraction as whole per cent: 0.95 is 95 %. */
export const wholePercent = (value: Figure): string => show(value, (figure) => inPercent(figure, whole.format));
/** A ratio with its sign: 0.844 is +0.84. */
export const signedDecimal = (value: Figure): string => show(value, (figure) => withSign(two.format(figure)));
/** An amount with its sign, without cents: +1,234. */
export const signedInteger = (value: Figure): string => show(value, (figure) => withSign(whole.format(figure)));
/** A probability: 0.0312 is 0.031, and what rounds to nothing is < 0.001. */
export const probability = (value: Figure): string =>
  show(value, (figure) => (figure > 0 && figure < 0.0005 ? "< 0.001" : three.format(figure)));
/** For axes: 103.5K. */
export const compact = (value: Figure): string => show(value, compactNumber.format);
/** Three significant digits, for figures of any size. */
export const significant = (value: Figure): string => show(value, small.format);
/** A price: cents below a thousand, more digits below one. */
export const price = (value: Figure): string => show(value, (figure) => (Math.abs(figure) < 1 ? small.format(figure) : two.format(figure)));

/** Writes quantities with as many decimals, up to eight, as the finest of them needs, so that they line up. */
export function quantities(values: readonly number[]): (value: number) => string {
  const decimals = (value: number) => String(Number(value.toFixed(8))).split(".")[1]?.length ?? 0;
  const { format } = fixed(Math.min(8, Math.max(0, ...values.map(decimals))));
  return (value) => minus(format(value));
}

const isMidnight = (timeMs: number) => timeMs % 86_400_000 === 0;
const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** A bar's time in UTC; one that closes at midnight bears the name of the day that ends then. */
export const barTime = (timeMs: number): string =>
  isMidnight(timeMs) ? `${day(timeMs)} UTC` : `${iso(timeMs).slice(0, 16).replace("T", " ")} UTC`;
/** The UTC day of a bar's close: 2019-03-04. A close at midnight belongs to the day that ends then. */
export const day = (timeMs: number): string => iso(timeMs - 1).slice(0, 10);

const local = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
/** When something happened, on the reader's clock, with the zone. */
export const wallTime = (isoText: string): string => local.format(new Date(isoText));

/** Seconds as a person says them: 42 s, 3 min 10 s, 2 h 5 min. */
export function duration(seconds: Figure): string {
  if (!isFigure(seconds)) return undefinedMark;
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
  return `${Math.floor(rounded / 3600)} h ${Math.floor((rounded % 3600) / 60)} min`;
}

/** The words for a strategy's name in a report. */
export const strategyLabel = (name: string): string => {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};
