import { loadSource, sources } from "tradewind/data";
import { allocationStrategies, backtestPortfolio } from "tradewind/evaluation";
import { Costs } from "tradewind/market";
import { portfolioStrategy } from "tradewind/trading";
import { z } from "zod";

/** Half in each of what is above its mean of the last closes, the rest in cash. Sees closed bars of all instruments, moment by moment. */
const aboveMean = portfolioStrategy({
  name: "above-mean",
  summary: "equal parts of what is above its mean",
  params: { period: z.int().min(2).default(200) },
  start({ period }, instruments) {
    const pasts = instruments.map((): number[] => []);
    return {
      update({ fresh }) {
        for (const [place, bar] of fresh.entries()) if (bar) pasts[place] = [...pasts[place]!, bar.close].slice(-period);
      },
      onMoment({ latest, weights }) {
        return pasts.map((closes, place) => {
          const mean = closes.reduce((sum, close) => sum + close, 0) / closes.length;
          const isAbove = closes.length === period && latest[place]!.close > mean;
          return isAbove === weights[place]! > 0 ? null : isAbove ? 1 / instruments.length : 0; // Null: as it stands.
        });
      },
    };
  },
});

const bars = [(await loadSource(sources.sp500)).bars, (await loadSource(sources.ndx)).bars];
const instruments = bars.map(({ instrument }) => instrument);
const market = {
  bars,
  costs: Costs.parse({}),
  initialCash: 100_000,
  fromMs: Date.UTC(2001, 0, 2),
  toMs: Date.UTC(2012, 5, 30),
};
const result = await backtestPortfolio({ ...market, agent: aboveMean.portfolioAgent({ period: 200 }, instruments) });
const equal = await backtestPortfolio({
  ...market,
  agent: allocationStrategies["equal-weight"]!.portfolioAgent({ rebalance: "month" }, instruments),
});
console.log(
  `Sharpe ratio ${result.metrics.sharpe?.toFixed(2)} with ${result.fills.length} fills, equal weights ${equal.metrics.sharpe?.toFixed(2)}`,
);
