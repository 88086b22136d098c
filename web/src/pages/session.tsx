import { useEffect, useMemo } from "react";
import type { SessionSnapshot } from "../../../src/api/contract.ts";
import { DrawdownChart, EquityChart } from "../charts/equity-charts.tsx";
import { PriceChart } from "../charts/price-chart.tsx";
import { StatusBadge, SyntheticBadge } from "../components/badge.tsx";
import { Card } from "../components/card.tsx";
import { Empty } from "../components/empty.tsx";
import { ResourceView } from "../components/resource-view.tsx";
import { SessionControls } from "../components/session-controls.tsx";
import { Stat, toneOf } from "../components/stat.tsx";
import { TradesTable } from "../components/trades-table.tsx";
import { barTime, integer, percent, price, signedInteger, signedPercent, wallTime } from "../format.ts";
import { drawdownsOf } from "../live/drawdown.ts";
import { useSession } from "../live/use-session.ts";

const side = (exposure: number) => (exposure > 0.005 ? "Long" : exposure < -0.005 ? "Short" : "Flat");

function Figures({ session: { points, trades, initialEquity } }: { session: SessionSnapshot }) {
  const last = points.at(-1);
  if (last === undefined) return <Empty>Waiting for the first bar…</Empty>;
  const gain = last.equity - initialEquity;
  const lead = last.equity / last.buyAndHold - 1;
  const lastTrade = trades.at(-1);
  return (
    <dl className="stats">
      <Stat label="Equity" value={integer(last.equity)} note={`from ${integer(initialEquity)}`} />
      <Stat label="Profit and loss" value={signedInteger(gain)} tone={toneOf(gain)} note={signedPercent(gain / initialEquity)} />
      <Stat
        label="Against buy and hold"
        value={signedPercent(lead)}
        tone={toneOf(lead)}
        note={`It stands at ${integer(last.buyAndHold)}`}
      />
      <Stat label="Position" value={side(last.exposure)} note={`${signedPercent(last.exposure)} of equity`} />
      <Stat label="Drawdown" value={percent(last.drawdown)} note="below the peak" />
      <Stat
        label="Trades"
        value={integer(trades.length)}
        note={lastTrade === undefined ? "none yet" : `last ${lastTrade.side} at ${price(lastTrade.price)}`}
      />
    </dl>
  );
}

function Charts({ session: { symbol, currency, points, trades, synthetic, initialEquity } }: { session: SessionSnapshot }) {
  const columns = useMemo(() => {
    const held = points.map(({ buyAndHold }) => buyAndHold);
    return {
      time: points.map(({ time }) => time),
      equity: { agent: points.map(({ equity }) => equity), "buy-and-hold": held },
      drawdown: { agent: points.map(({ drawdown }) => drawdown), "buy-and-hold": drawdownsOf(held, initialEquity) },
    };
  }, [points, initialEquity]);
  return (
    <>
      <Card title={`${symbol}, bar by bar (${currency})`} aside={<SyntheticBadge synthetic={synthetic} />}>
        <PriceChart bars={points} trades={trades} follow />
      </Card>
      <div className="columns even">
        <Card title={`Equity (${currency})`}>
          <EquityChart time={columns.time} columns={columns.equity} currency={currency} group="session" />
        </Card>
        <Card title="Drawdown (% below peak)">
          <DrawdownChart time={columns.time} columns={columns.drawdown} group="session" />
        </Card>
      </div>
    </>
  );
}

function OneSession({ session, refresh }: { session: SessionSnapshot; refresh: () => void }) {
  const { id, symbol, status, synthetic, modelId, message, startedAt, barsSeen, barsTotal, points, trades } = session;
  const last = points.at(-1);
  return (
    <div data-session={id} data-bars={points.length} data-last-time={last?.time}>
      <div className="page-head with-controls">
        <div>
          <h1>Paper trading {symbol}</h1>
          <StatusBadge status={status} /> <SyntheticBadge synthetic={synthetic} />
          <p>
            {modelId} · started {wallTime(startedAt)} · bar {integer(barsSeen)}
            {barsTotal !== null && ` of ${integer(barsTotal)}`}
            {last !== undefined && ` · ${barTime(last.time)}`}
          </p>
          {message !== null && <p className="message">{message}</p>}
        </div>
        <SessionControls session={session} onDone={refresh} />
      </div>
      {barsTotal !== null && <progress value={barsSeen} max={barsTotal} aria-label="Bars traded" />}
      <Card title="Now">
        <Figures session={session} />
      </Card>
      <Charts session={session} />
      <Card title="Trades">
        <TradesTable trades={trades} currency={session.currency} />
      </Card>
    </div>
  );
}

/** A live session: bars, trades and account as they come, and the switches. */
export function SessionPage({ id }: { id: string }) {
  const session = useSession(id);
  const { data } = session;
  const last = data?.points.at(-1);
  useEffect(() => {
    const change = data === undefined || last === undefined ? "" : `${signedPercent(last.equity / data.initialEquity - 1)} `;
    document.title = `${change}${data?.symbol ?? "Session"} · Tradewind`;
  }, [data, last]);
  return (
    <ResourceView resource={session} skeletonHeight={560}>
      {(value) => <OneSession session={value} refresh={session.refresh} />}
    </ResourceView>
  );
}
