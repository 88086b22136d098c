import { useEffect, useRef, useState } from "react";
import type { Trade } from "../../../src/api/contract.ts";
import { barTime, integer, price, signedPercent } from "../format.ts";
import { usePalette } from "../palette.ts";
import { Legend } from "./legend.tsx";
import type { PriceBar } from "./price-data.ts";
import { PriceDrawing } from "./price-drawing.ts";

const ranges = [
  ["All", "all"],
  ["250 bars", 250],
  ["60 bars", 60],
] as const;
type Range = (typeof ranges)[number][1];

/** Candles with buy and sell marks and the exposure below. A following chart begins with its newest bars. */
export function PriceChart({ bars, trades, follow = false }: { bars: readonly PriceBar[]; trades: readonly Trade[]; follow?: boolean }) {
  const palette = usePalette();
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<PriceDrawing>(undefined);
  const [pointer, setPointer] = useState<number>();
  const [range, setRange] = useState<Range>(follow ? 250 : "all");

  useEffect(() => {
    const created = new PriceDrawing(box.current!, palette, setPointer);
    drawing.current = created;
    return () => created.close();
  }, [palette]);
  useEffect(() => drawing.current!.show(range), [range, palette]);
  useEffect(() => drawing.current!.draw(bars, trades), [bars, trades, palette]);

  const pointed = bars.findIndex(({ time }) => time === pointer);
  const index = pointed < 0 ? bars.length - 1 : pointed;
  const bar = bars[index];
  const before = bars[index - 1]?.close ?? bar?.open;
  const buys = trades.filter(({ side }) => side === "buy").length;
  const items =
    bar === undefined
      ? []
      : [
          {
            name: "Close",
            color: bar.close >= bar.open ? palette.up : palette.down,
            value: `${price(bar.close)} (${signedPercent(bar.close / before! - 1)})`,
          },
          { name: "Open", value: price(bar.open) },
          { name: "High", value: price(bar.high) },
          { name: "Low", value: price(bar.low) },
          { name: "Exposure", color: bar.exposure < 0 ? palette.down : palette.up, value: signedPercent(bar.exposure) },
          { name: "▲ Buys", color: palette.agent, value: integer(buys) },
          { name: "▼ Sells", color: palette.hold, value: integer(trades.length - buys) },
        ];
  return (
    <figure className="chart" data-chart="Price" data-points={bars.length} data-trades={trades.length}>
      <div className="chart-head">
        <Legend items={items} when={bar && barTime(bar.time)} />
        <div className="segments" role="group" aria-label="Visible range">
          {ranges.map(([label, value]) => (
            <button key={label} type="button" aria-pressed={range === value} onClick={() => setRange(value)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      <div
        ref={box}
        className="canvas-box price"
        role="img"
        aria-label={
          bar === undefined
            ? "Price: no bars yet"
            : `Price: ${bars.length} bars to ${barTime(bars.at(-1)!.time)}, last close ${price(bars.at(-1)!.close)}, ${buys} buys, ${trades.length - buys} sells`
        }
      />
    </figure>
  );
}
