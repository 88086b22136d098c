import type { Report } from "../../../src/api/contract.ts";
import { integer, percent, signedDecimal, signedPercent } from "../format.ts";
import { Stat, toneOf } from "./stat.tsx";

/** The figures one looks at first, each against buy-and-hold. */
export function KeyFigures({ report: { strategies, generalisation } }: { report: Report }) {
  const agent = strategies.find(({ kind }) => kind === "agent")!.metrics;
  const hold = strategies.find(({ name }) => name === "buy-and-hold")?.metrics;
  return (
    <dl className="stats">
      <Stat
        label="Return"
        value={signedPercent(agent.totalReturn)}
        tone={toneOf(agent.totalReturn)}
        note={`Buy and hold ${signedPercent(hold?.totalReturn)}`}
      />
      <Stat label="Sharpe" value={signedDecimal(agent.sharpe)} note={`Buy and hold ${signedDecimal(hold?.sharpe)}`} />
      <Stat label="Max drawdown" value={percent(agent.maxDrawdown)} note={`Buy and hold ${percent(hold?.maxDrawdown)}`} />
      <Stat label="Exposure" value={percent(agent.exposure)} note={`Win rate ${percent(agent.winRate)}`} />
      <Stat label="Trades" value={integer(agent.trades)} note={`Fees ${integer(agent.feesPaid)}`} />
      <Stat
        label="Train to test gap"
        value={signedDecimal(generalisation.gap)}
        note={`Sharpe ${signedDecimal(generalisation.trainSharpe)} to ${signedDecimal(generalisation.testSharpe)}`}
      />
    </dl>
  );
}
