import type { ReactNode } from "react";
import type { Report } from "../../../src/api/contract.ts";
import { day, integer, wallTime } from "../format.ts";
import { SyntheticBadge } from "./badge.tsx";

const stretch = ({ from, to, bars }: Report["split"]["test"]) => `${day(from)} to ${day(to)} UTC, ${integer(bars)} bars`;

/** A term and what it is; nothing where it is not known. */
function Entry({ term, children }: { term: string; children: ReactNode }) {
  return children === undefined ? null : (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Where the data came from and what was made of them, so that anyone can repeat it. */
export function LineagePanel({ report: { data, split, algorithm, observation, experiment, experimentHash, clock } }: { report: Report }) {
  const { lineage } = data;
  return (
    <>
      <dl className="lineage">
        <Entry term="Source">
          {lineage.source} <SyntheticBadge synthetic={data.synthetic} />
        </Entry>
        <Entry term="File">{lineage.file}</Entry>
        <Entry term="Package">{lineage.package && `${lineage.package} ${lineage.version ?? ""}`}</Entry>
        <Entry term="Licence">{lineage.licence}</Entry>
        <Entry term="Note">{lineage.note}</Entry>
        <Entry term="File SHA-256">
          <code>{lineage.sha256}</code>
        </Entry>
        <Entry term="Content hash">
          <code>{data.contentHash}</code>
        </Entry>
        <Entry term="Training">{split.train && stretch(split.train)}</Entry>
        <Entry term="Validation">{split.validation && stretch(split.validation)}</Entry>
        <Entry term="Test, never seen">{stretch(split.test)}</Entry>
        <Entry term="Algorithm">{`${algorithm.name}, ${integer(algorithm.totalSteps)} steps`}</Entry>
        <Entry term="Observation">{observation && `${integer(observation.size)} numbers: ${observation.features.join(", ")}`}</Entry>
        <Entry term="Experiment hash">
          <code>{experimentHash}</code>
        </Entry>
        <Entry term="Made">{`${wallTime(clock.createdAt)}, in ${integer(clock.durationMs / 1000)} s`}</Entry>
      </dl>
      <details>
        <summary>Experiment as JSON</summary>
        <pre tabIndex={0}>{JSON.stringify(experiment, null, 2)}</pre>
      </details>
    </>
  );
}
