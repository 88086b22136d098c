import { compact, integer, percent, strategyLabel } from "../format.ts";
import { strategyColor, usePalette } from "../palette.ts";
import { LineChart } from "./line-chart.tsx";

/** Columns of several strategies over one time axis; equity in quote currency, drawdown as a fraction from −1 to 0. */
export interface StrategyColumns {
  readonly time: readonly number[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** Equity of every strategy. */
export function EquityChart({ time, columns, currency, group }: StrategyColumns & { currency: string; group?: string }) {
  const palette = usePalette();
  const series = Object.entries(columns).map(([name, values]) => ({
    name: strategyLabel(name),
    color: strategyColor(palette, name),
    values,
    thin: name !== "agent",
  }));
  const format = (value: number | null | undefined) => `${integer(value)} ${currency}`.trim();
  return (
    <LineChart
      label="Equity"
      x={time}
      xKind="time"
      series={series}
      format={format}
      tick={compact}
      height={260}
      {...(group === undefined ? {} : { group })}
    />
  );
}

/** How far every strategy stands below its own peak. */
export function DrawdownChart({ time, columns, group }: StrategyColumns & { group?: string }) {
  const palette = usePalette();
  const series = Object.entries(columns).map(([name, values]) => ({
    name: strategyLabel(name),
    color: strategyColor(palette, name),
    values,
    thin: name !== "agent",
    ...(name === "agent" ? { fill: `${strategyColor(palette, name)}26` } : {}),
  }));
  return (
    <LineChart
      label="Drawdown"
      x={time}
      xKind="time"
      series={series}
      format={percent}
      height={260}
      {...(group === undefined ? {} : { group })}
    />
  );
}
