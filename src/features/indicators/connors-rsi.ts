import rsi from "./rsi.ts";
import { barCount, indicator } from "../indicator.ts";
import { sortedWindow } from "../order-statistics.ts";

/**
 * Connors relative strength index (2012), from 0 to 100: mean of that of the close, that of the length of its run of rises or falls, and
 * the rank of its last change among those of the `rankPeriod` bars before.
 */
export default indicator({
  name: "connors-rsi",
  params: { period: barCount(3), streakPeriod: barCount(2), rankPeriod: barCount(100) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ period, streakPeriod, rankPeriod }) => Math.max(period, streakPeriod + 1, rankPeriod + 1),
  start({ period, streakPeriod, rankPeriod }) {
    const strength = rsi.start({ period });
    const streakStrength = rsi.start({ period: streakPeriod });
    const changes = sortedWindow(rankPeriod);
    let previous = NaN;
    let streak = 0;
    return (close) => {
      const change = close / previous - 1;
      const isFirst = Number.isNaN(previous);
      previous = close;
      const price = strength(close);
      if (isFirst) return NaN;
      streak = change > 0 ? Math.max(streak, 0) + 1 : change < 0 ? Math.min(streak, 0) - 1 : 0;
      const rank = (100 * changes.below(change)) / rankPeriod;
      changes.update(change);
      return (price + streakStrength(streak) + rank) / 3;
    };
  },
});
