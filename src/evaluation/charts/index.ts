export type { Band, Chart, ChartRow, GridCell, Mark, Series, Unit } from "./chart.ts";
export { barChart, chartFigure, lineChart } from "./figure.ts";
export { intervalChart } from "./interval-chart.ts";
export { drawingStyle, palette } from "./palette.ts";
export { chartSvg } from "./standalone.ts";
export { moneyUnit, plainUnit, shareUnit, written } from "./unit.ts";
