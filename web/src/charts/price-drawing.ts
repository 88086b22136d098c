import {
  type AutoscaleInfo,
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  type Time,
} from "lightweight-charts";
import type { Trade } from "../../../src/api/contract.ts";
import { barTime, price } from "../format.ts";
import type { Palette } from "../palette.ts";
import { candleOf, exposureOf, markersOf, millisecondsOf, type PriceBar } from "./price-data.ts";

const axisTime = (time: Time) => barTime(millisecondsOf(Number(time)));

function chartIn(element: HTMLElement, { muted, line }: Palette): IChartApi {
  return createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: muted,
      fontSize: 11,
      attributionLogo: true,
      panes: { separatorColor: line, enableResize: false },
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderVisible: false },
    // Without a small minimum, fitting many bars would show only the tail.
    timeScale: { borderVisible: false, minBarSpacing: 0.01, rightOffset: 2 },
    localization: { timeFormatter: axisTime },
    // The wheel and a vertical drag belong to the page; dragging sideways pans, pinching and the axes zoom.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  });
}

/** A range symmetric about zero, so that the strip of exposure keeps its middle. */
function atLeast(info: AutoscaleInfo | null, bound: number): AutoscaleInfo {
  const { minValue = 0, maxValue = 0 } = info?.priceRange ?? {};
  const limit = Math.max(bound, Math.abs(minValue), Math.abs(maxValue));
  return { priceRange: { minValue: -limit, maxValue: limit } };
}

/** Candles with marks above a strip of exposure, drawn into an element. New bars at the end are appended; all else is drawn anew. */
export class PriceDrawing {
  private readonly palette: Palette;
  private readonly chart: IChartApi;
  private readonly candles;
  private readonly exposure;
  private readonly marks;
  private bars: readonly PriceBar[] = [];
  private range: number | "all" = "all";

  /** `onPointer` hears the time of the bar under the pointer, in ms. */
  constructor(element: HTMLElement, palette: Palette, onPointer: (time: number | undefined) => void) {
    this.palette = palette;
    this.chart = chartIn(element, palette);
    const { up, down } = palette;
    this.candles = this.chart.addSeries(CandlestickSeries, {
      upColor: up,
      downColor: down,
      wickUpColor: up,
      wickDownColor: down,
      borderVisible: false,
      priceFormat: { type: "custom", minMove: 0.0001, formatter: price },
    });
    this.exposure = this.chart.addSeries(
      HistogramSeries,
      {
        priceFormat: { type: "custom", minMove: 1, formatter: (value: number) => `${Math.round(value)} %` },
        priceLineVisible: false,
        lastValueVisible: false,
        autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => atLeast(original(), 100),
      },
      1,
    );
    this.exposure.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.12 } });
    const [pricePane, exposurePane] = this.chart.panes();
    pricePane?.setStretchFactor(4);
    exposurePane?.setStretchFactor(1);
    this.marks = createSeriesMarkers(this.candles, []);
    this.chart.subscribeCrosshairMove(({ time }) => onPointer(time === undefined ? undefined : millisecondsOf(Number(time))));
  }

  draw(bars: readonly PriceBar[], trades: readonly Trade[]): void {
    const known = this.bars.length;
    const wasWhole = this.seesAll();
    const continues =
      known > 0 && bars.length >= known && bars[0]!.time === this.bars[0]!.time && bars[known - 1]!.time === this.bars[known - 1]!.time;
    if (continues) {
      for (const bar of bars.slice(known - 1)) {
        this.candles.update(candleOf(bar));
        this.exposure.update(exposureOf(bar, this.palette));
      }
    } else {
      this.candles.setData(bars.map(candleOf));
      this.exposure.setData(bars.map((bar) => exposureOf(bar, this.palette)));
      this.chart.timeScale().applyOptions({ timeVisible: bars.some(({ time }) => time % 86_400_000 !== 0), secondsVisible: false });
    }
    this.bars = bars;
    this.marks.setMarkers(markersOf(bars, trades, this.palette));
    if (wasWhole) this.show(this.range); // Whoever looks at a part keeps it; the chart itself moves on when its end is in sight.
  }

  /** Shows the last so many bars, or all. */
  show(range: number | "all"): void {
    this.range = range;
    const scale = this.chart.timeScale();
    const end = this.bars.length;
    if (range === "all" || range >= end) scale.fitContent();
    else scale.setVisibleLogicalRange({ from: end - range, to: end + 1 });
  }

  private seesAll(): boolean {
    const visible = this.chart.timeScale().getVisibleLogicalRange();
    return visible === null || this.bars.length === 0 || (visible.from <= 1 && visible.to >= this.bars.length - 1);
  }

  close(): void {
    this.chart.remove();
  }
}
