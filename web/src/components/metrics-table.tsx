import type { Report } from "../../../src/api/contract.ts";
import { strategyLabel } from "../format.ts";
import { strategyColor, usePalette } from "../palette.ts";
import { metricRows } from "./metric-rows.ts";

/** Every metric of every strategy, side by side. */
export function MetricsTable({ strategies }: { strategies: Report["strategies"] }) {
  const palette = usePalette();
  return (
    <div className="table-box" role="region" aria-label="Metrics side by side" tabIndex={0}>
      <table className="metrics">
        <caption className="hidden">Metrics of the agent and the baselines over the test stretch</caption>
        <thead>
          <tr>
            <th scope="col">Test stretch</th>
            {strategies.map(({ name }) => (
              <th key={name} scope="col" className="numeric">
                <i className="swatch" style={{ background: strategyColor(palette, name) }} aria-hidden="true" /> {strategyLabel(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metricRows.map(([field, label, format]) => (
            <tr key={field}>
              <th scope="row">{label}</th>
              {strategies.map(({ name, kind, metrics }) => (
                <td key={name} className={kind === "agent" ? "numeric own" : "numeric"}>
                  {format(metrics[field])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
