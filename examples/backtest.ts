import { sources, loadSource } from "tradewind/data";
import { toMoney } from "tradewind/domain";
import { backtest } from "tradewind/evaluation";
import { Costs } from "tradewind/market";
import type { Agent } from "tradewind/trading";

/** Long while the close is above its average of the last bars; sees one closed bar at a time. */
function trendFollower(period: number): Agent {
  const closes: number[] = [];
  return {
    update: ({ close }) => void (closes.push(close) > period && closes.shift()),
    decide: ({ position }) => {
      const average = closes.reduce((sum, close) => sum + close, 0) / closes.length;
      const wanted = closes.length === period && closes.at(-1)! > average ? 1 : 0;
      return wanted === Math.sign(position) ? null : wanted;
    },
  };
}

const { bars } = await loadSource(sources.sp500);
const { metrics } = await backtest({
  agent: trendFollower(200),
  bars,
  from: 200,
  to: bars.close.length,
  costs: Costs.parse({}),
  initialCash: toMoney(bars.instrument, 100_000),
});
console.log(
  `Sharpe ratio ${metrics.sharpe?.toFixed(2)}, max drawdown ${(100 * metrics.maxDrawdown!).toFixed(1)} %, ${metrics.trades} trades`,
);
