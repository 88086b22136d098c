import type { ReactNode } from "react";
import type { Report } from "../../../src/api/contract.ts";
import { day, integer, wallTime } from "../format.ts";
import { SyntheticBadge } from "./badge.tsx";

const stretch = ({ from, to, bars }: Report["split"]["test"]) => `${day(from)} to ${day(to)} UTC, ${integer(bars)} bars`;

/** Where the data came from and what was made of them, so that anyone can repeat it. */
export function LineagePanel({ report }: { report: Report }) {
  const { data, split, algorithm, observation, clock } = report;
  const { lineage } = data;
  const entries: readonly (readonly [string, ReactNode])[] = [
    ["Source", <>{lineage.source} <SyntheticBadge synthetic={data.synthetic} /></>],
    ["File", lineage.file],
    ...(lineage.package === undefined ? [] : [["Package", `${lineage.package} ${lineage.version ?? ""}`] as const]),
    ...(lineage.licence === undefined ? [] : [["Licence", lineage.licence] as const]),
    ...(lineage.note === undefined ? [] : [["Note", lineage.note] as const]),
    ["File SHA-256", <code>{lineage.sha256}</code>],
    ["Content hash", <code>{data.contentHash}</code>],
    ["Training", stretch(split.train)],
    ["Validation", stretch(split.validation)],
    ["Test, never seen", stretch(split.test)],
    ["Algorithm", `${algorithm.name}, ${integer(algorithm.totalSteps)} steps`],
    ["Observation", `${integer(observation.size)} numbers: ${observation.features.join(", ")}`],
    ["Experiment hash", <code>{report.experimentHash}</code>],
    ["Made", `${wallTime(clock.createdAt)}, in ${integer(clock.durationMs / 1000)} s`],
  ];
  return (
    <>
      <dl className="lineage">
        {entries.map(([term, description]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>Experiment as JSON</summary>
        <pre tabIndex={0}>{JSON.stringify(report.experiment, null, 2)}</pre>
      </details>
    </>
  );
}
