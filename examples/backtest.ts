import { sources, loadSource } from "tradewind/data";
import { toMoney } from "tradewind/domain";
import { backtest, figuresOf, metrics } from "tradewind/evaluation";
import { indicators } from "tradewind/features";
import { Costs } from "tradewind/market";
import { strategy } from "tradewind/trading";
import { z } from "zod";

/** Buys above the average of the last bars, under a stop that follows the price, and leaves below it. Sees one closed bar at a time. */
const trendFollower = strategy({
  name: "trend-follower",
  params: { period: z.int().min(2).default(200), trailBps: z.number().positive().default(1000) },
  start({ period, trailBps }) {
    const mean = indicators.sma.start({ period });
    let [average, seen] = [NaN, 0];
    return {
      update({ close }) {
        average = mean(close);
        seen++;
      },
      onBar({ bar, account, orders }) {
        if (seen < period) return;
        if (account.position > 0) return bar.close < average ? 0 : null; // An exposure to reach, or nothing.
        const lots = Math.floor(account.equity / account.markTicks);
        if (bar.close > average) orders.place({ side: "buy", lots, exits: { trail: { by: "bps", offset: trailBps } } });
      },
    };
  },
});

const { bars } = await loadSource(sources.sp500);
const result = await backtest({
  agent: trendFollower.agent({ period: 200, trailBps: 1000 }),
  bars,
  from: 200,
  to: bars.close.length,
  costs: Costs.parse({}),
  initialCash: toMoney(bars.instrument, 100_000),
});
const figures = figuresOf(metrics, result);
console.log(
  `Sharpe ratio ${figures.sharpe?.toFixed(2)}, max drawdown ${(100 * figures["max-drawdown"]!).toFixed(1)} %, ` +
    `tail ratio ${figures["tail-ratio"]?.toFixed(2)}, ${result.fills.length} fills`,
);
