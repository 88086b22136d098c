import { UserError } from "../base/index.ts";
import type { Bar, Instrument } from "../domain/index.ts";

/**
 * Whether a bar can be traded on: later than the last (ms, −Infinity before the first), with positive prices of which none is outside of
 * low and high, and with a volume where something is measured by it.
 */
export const isFit = ({ closeTime, open, high, low, close, volume }: Bar, lastCloseTime: number, needsVolume: boolean): boolean =>
  closeTime > lastCloseTime &&
  closeTime < Infinity &&
  low > 0 &&
  low <= open &&
  low <= close &&
  high >= open &&
  high >= close &&
  high < Infinity &&
  (volume >= 0 || !needsVolume);

/** What is wrong with a bar that is not fit: bars come cleaned by the import, and whoever brings others is told. */
export function unfitBar({ symbol }: Instrument, bar: Bar, lastCloseTime: number, needsVolume: boolean): UserError {
  const { closeTime, volume } = bar;
  const later = closeTime > lastCloseTime && closeTime < Infinity;
  const known = volume >= 0 || !needsVolume;
  const wrong = !later
    ? `does not close after the one before it, of ${lastCloseTime}`
    : known
      ? "has no positive low at or under open and close with the high at or above them"
      : "has no volume, which participation and impact are measured by";
  return new UserError("data/invalid-value", `${symbol}: the bar of ${closeTime} ${wrong}: ${JSON.stringify(bar)}`, {
    path: "bars",
    hint: "Clean the data set: `tradewind data check` names such bars.",
  });
}
