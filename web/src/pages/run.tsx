import { useEffect, useMemo } from "react";
import type { Report, RunSummary } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useAction } from "../api/use-action.ts";
import { useResource } from "../api/use-resource.ts";
import { curvesOf, evaluatedCurves, evaluatedPoints } from "../charts/curves.ts";
import { DrawdownChart, EquityChart } from "../charts/equity-charts.tsx";
import { PriceChart } from "../charts/price-chart.tsx";
import { barsOf } from "../charts/price-data.ts";
import { TrainingCharts } from "../charts/training-charts.tsx";
import { StatusBadge, SyntheticBadge } from "../components/badge.tsx";
import { Card } from "../components/card.tsx";
import { Empty } from "../components/empty.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { FoldsTable } from "../components/folds-table.tsx";
import { KeyFigures } from "../components/key-figures.tsx";
import { LineagePanel } from "../components/lineage.tsx";
import { MetricsTable } from "../components/metrics-table.tsx";
import { ResourceView } from "../components/resource-view.tsx";
import { SeedsTable } from "../components/seeds-table.tsx";
import { TradesTable } from "../components/trades-table.tsx";
import { TrainingProgress } from "../components/training-progress.tsx";
import { Verdict } from "../components/verdict.tsx";
import { day, signedDecimal, wallTime } from "../format.ts";
import { joined } from "../live/training-log.ts";
import { useRuns } from "../live/use-lists.ts";
import { useTraining } from "../live/use-training.tsx";

function Finished({ id, report }: { id: string; report: Report }) {
  const { series, trades, data, split, generalisation } = report;
  const bars = useMemo(() => barsOf(series), [series]);
  return (
    <>
      <Card title="Verdict" aside={<SyntheticBadge synthetic={data.synthetic} />}>
        <Verdict report={report} />
        <KeyFigures report={report} />
        <p className="sum">
          <a href={`/api/runs/${encodeURIComponent(id)}/report.html`} target="_blank" rel="noreferrer">
            The whole report, to keep or to print
          </a>
        </p>
      </Card>
      <Card
        title={`${data.symbol}, ${day(split.test.from)} to ${day(split.test.to)} (${data.currency})`}
        aside={<SyntheticBadge synthetic={data.synthetic} />}
      >
        <PriceChart bars={bars} trades={trades} />
      </Card>
      <div className="columns even">
        <Card title={`Equity (${data.currency})`}>
          <EquityChart time={series.time} columns={series.equity} currency={data.currency} group="run" />
        </Card>
        <Card title="Drawdown (% below peak)">
          <DrawdownChart time={series.time} columns={series.drawdown} group="run" />
        </Card>
      </div>
      <Card title="Side by side">
        <MetricsTable strategies={report.strategies} />
      </Card>
      <div className="columns even tables">
        <Card title="Seeds">
          <SeedsTable seeds={report.seeds} />
          <p className="sum">
            Median Sharpe {signedDecimal(generalisation.trainSharpe)} in training, {signedDecimal(generalisation.testSharpe)} in the test
            (from {signedDecimal(generalisation.testSharpeLow)} to {signedDecimal(generalisation.testSharpeHigh)} over the seeds).
          </p>
        </Card>
        <Card title="Walk forward">
          <FoldsTable walkForward={report.walkForward} />
        </Card>
      </div>
      <Card title="Training curves">
        <TrainingCharts curves={report.trainingCurves} evaluations={evaluatedCurves(report.trainingCurves)} />
      </Card>
      <Card title="Trades">
        <TradesTable trades={trades} currency={data.currency} />
      </Card>
      <Card title="Data and lineage">
        <LineagePanel report={report} />
      </Card>
    </>
  );
}

function FinishedRun({ id }: { id: string }) {
  const report = useResource(`report ${id}`, (signal) => client.report(id, signal));
  return (
    <ResourceView resource={report} skeletonHeight={560}>
      {(value) => <Finished id={id} report={value} />}
    </ResourceView>
  );
}

function RunningRun({ run }: { run: RunSummary }) {
  const heard = useTraining(run.id);
  const filed = useResource(`training ${run.id}`, (signal) => client.training(run.id, signal)); // What went before this page was opened.
  const points = useMemo(() => joined(filed.data ?? [], heard), [filed.data, heard]);
  const stop = useAction(client.stopRun);
  const curves = useMemo(() => curvesOf(points), [points]);
  return (
    <>
      <Card
        title="Progress"
        aside={
          <button type="button" disabled={stop.busy} onClick={() => stop.run(run.id)}>
            Stop
          </button>
        }
      >
        {stop.error !== undefined && <ErrorNotice error={stop.error} />}
        {points.length === 0 ? <Empty>Waiting for the first update…</Empty> : <TrainingProgress points={points} />}
      </Card>
      {points.length > 0 && (
        <Card title="Training curves">
          <TrainingCharts curves={curves} evaluations={evaluatedPoints(points)} />
        </Card>
      )}
    </>
  );
}

function OneRun({ run }: { run: RunSummary }) {
  return (
    <>
      <div className="page-head">
        <h1>{run.name}</h1>
        <StatusBadge status={run.status} /> <SyntheticBadge synthetic={run.synthetic} />
        <p>
          {run.symbol} · {run.algorithm.toUpperCase()} · started {wallTime(run.createdAt)} · <code>{run.id}</code>
        </p>
      </div>
      {run.status === "finished" && <FinishedRun id={run.id} />}
      {run.status === "running" && <RunningRun run={run} />}
      {(run.status === "failed" || run.status === "stopped") && (
        <Card title="No report">
          <Empty>
            {run.headline ?? `This run was ${run.status === "failed" ? "ended by an error" : "stopped"} before it could be judged.`}
          </Empty>
        </Card>
      )}
    </>
  );
}

/** One run: while it trains its progress, afterwards its judgement. */
export function RunPage({ id }: { id: string }) {
  const runs = useRuns();
  const run = runs.data?.find((candidate) => candidate.id === id);
  useEffect(() => {
    document.title = `${run?.name ?? "Run"} · Tradewind`;
  }, [run?.name]);
  return (
    <ResourceView resource={runs} skeletonHeight={560}>
      {() => (run === undefined ? <Empty>There is no run “{id}”.</Empty> : <OneRun run={run} />)}
    </ResourceView>
  );
}
