import { useEffect } from "react";
import type { RunSummary, SessionSummary } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useResource } from "../api/use-resource.ts";
import { EquityChart } from "../charts/equity-charts.tsx";
import { StatusBadge, SyntheticBadge } from "../components/badge.tsx";
import { Card } from "../components/card.tsx";
import { Empty } from "../components/empty.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { KeyFigures } from "../components/key-figures.tsx";
import { ModelsTable } from "../components/models-table.tsx";
import { ResourceView } from "../components/resource-view.tsx";
import { RunsTable } from "../components/runs-table.tsx";
import { SessionsTable } from "../components/sessions-table.tsx";
import { StartRun } from "../components/start-run.tsx";
import { TrainingProgress } from "../components/training-progress.tsx";
import { Verdict } from "../components/verdict.tsx";
import { integer } from "../format.ts";
import { useModels, useRuns, useSessions } from "../live/use-lists.ts";
import { useTraining } from "../live/use-training.tsx";
import { Link } from "../router.tsx";

function LatestRun({ run }: { run: RunSummary }) {
  const report = useResource(`report ${run.id}`, (signal) => client.report(run.id, signal));
  const open = <Link to={`/runs/${encodeURIComponent(run.id)}`}>Open the run</Link>;
  return (
    <Card
      title={`Latest run: ${run.name}`}
      aside={
        <span className="aside">
          <SyntheticBadge synthetic={run.synthetic} /> {open}
        </span>
      }
    >
      <ResourceView resource={report} skeletonHeight={420}>
        {(value) => (
          <>
            <Verdict report={value} brief />
            <KeyFigures report={value} />
            <EquityChart time={value.series.time} columns={value.series.equity} currency={value.data.currency} />
          </>
        )}
      </ResourceView>
    </Card>
  );
}

function RunningTraining({ run }: { run: RunSummary }) {
  const points = useTraining(run.id);
  return (
    <Card title={`Training ${run.name}`} aside={<Link to={`/runs/${encodeURIComponent(run.id)}`}>Watch</Link>}>
      {points.length === 0 ? <Empty>Waiting for the first update…</Empty> : <TrainingProgress points={points} />}
    </Card>
  );
}

function RunningSession({ session: { id, symbol, synthetic, status, modelId, barsSeen, barsTotal } }: { session: SessionSummary }) {
  return (
    <Card title={`Paper trading ${symbol}`} aside={<StatusBadge status={status} />}>
      <p>
        {modelId} <SyntheticBadge synthetic={synthetic} />
      </p>
      {barsTotal !== null && <progress value={barsSeen} max={barsTotal} aria-label="Bars traded" />}
      <p className="row">
        <span>
          {integer(barsSeen)} {barsTotal === null ? "bars" : `of ${integer(barsTotal)} bars`}
        </span>
        <Link to={`/sessions/${encodeURIComponent(id)}`}>Watch live</Link>
      </p>
    </Card>
  );
}

const active = ({ status }: { status: string }) => status === "running" || status === "paused";

/** What is going on: the latest verdict, what runs now, and everything there is. */
export function OverviewPage() {
  const runs = useRuns();
  const sessions = useSessions();
  const models = useModels();
  useEffect(() => {
    document.title = "Tradewind";
  }, []);
  const lists = [runs, sessions, models];
  const failed = lists.find(({ error }) => error !== undefined);
  const latest = runs.data?.find(({ status }) => status === "finished");
  return (
    <>
      <h1 className="hidden">Overview</h1>
      {failed !== undefined && (
        <ErrorNotice error={failed.error!} retryInMs={failed.retryInMs} onRetry={() => lists.forEach(({ refresh }) => refresh())} />
      )}
      <div className="columns">
        <div>
          {latest !== undefined && <LatestRun key={latest.id} run={latest} />}
          {latest === undefined && (
            <Card title="Latest run">
              <ResourceView resource={runs} skeletonHeight={420} quiet>
                {() => <Empty>No run has finished yet. Train an agent to see what it is worth.</Empty>}
              </ResourceView>
            </Card>
          )}
        </div>
        <div>
          {sessions.data?.filter(active).map((session) => (
            <RunningSession key={session.id} session={session} />
          ))}
          {runs.data?.filter(active).map((run) => (
            <RunningTraining key={run.id} run={run} />
          ))}
          <Card title="Train an agent">
            <StartRun />
          </Card>
        </div>
      </div>
      <Card title="Runs">
        <ResourceView resource={runs} quiet>
          {(value) => <RunsTable runs={value} />}
        </ResourceView>
      </Card>
      <Card title="Models">
        <ResourceView resource={models} quiet>
          {(value) => <ModelsTable models={value} />}
        </ResourceView>
      </Card>
      <Card title="Sessions">
        <ResourceView resource={sessions} quiet>
          {(value) => <SessionsTable sessions={value} />}
        </ResourceView>
      </Card>
    </>
  );
}
