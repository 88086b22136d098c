import { GrowingColumn } from "../growing-column.ts";
import { emptyReading, readStamp } from "../stamp.ts";
import { damagedLine } from "./damaged-line.ts";
import { readLines } from "./lines.ts";

/**
 * How much rests within so many percent of the middle, in columns: at each time one value a band. Bands below the middle are
 * negative; depth is in units of the instrument, notional in quote currency; NaN where the file has none.
 */
export interface DepthBands {
  /** [times] ms since the epoch, UTC, ascending. */
  readonly time: Float64Array;
  /** [bands] percent from the middle, ascending. */
  readonly percent: Float64Array;
  /** [times × bands], by time. */
  readonly depth: Float64Array;
  readonly notional: Float64Array;
}

/**
 * Reads `bookDepth` files of data.binance.vision, zipped or not: rows of time, percent, depth and notional. They sum a book up and
 * cannot become one. Throws `data/invalid-value` with the line.
 */
export async function readBookDepth(paths: readonly string[]): Promise<DepthBands> {
  const [times, percents, depths, notionals] = Array.from({ length: 4 }, () => new GrowingColumn()) as [
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
    GrowingColumn,
  ];
  const reading = emptyReading();
  for (const path of paths) {
    await readLines(path, (line, number) => {
      if (line === "" || (number === 1 && line.startsWith("timestamp"))) return;
      const [stamp = "", ...rest] = line.split(",");
      readStamp(stamp, reading);
      const [percent, depth, notional] = rest.map(Number);
      if (Number.isNaN(reading.time) || rest.length !== 3 || !rest.every((cell) => cell !== "" && Number.isFinite(Number(cell)))) {
        throw damagedLine(path, number, "not a time, a percentage, a depth and a notional");
      }
      times.push(reading.time);
      percents.push(percent!);
      depths.push(depth!);
      notionals.push(notional!);
    });
  }
  return pivot(times.finish(), percents.finish(), depths.finish(), notionals.finish());
}

function pivot(times: Float64Array, percents: Float64Array, depths: Float64Array, notionals: Float64Array): DepthBands {
  const time = Float64Array.from(new Set(times)).sort();
  const percent = Float64Array.from(new Set(percents)).sort();
  const rowOf = new Map(Array.from(time, (value, row) => [value, row]));
  const bandOf = new Map(Array.from(percent, (value, band) => [value, band]));
  const depth = new Float64Array(time.length * percent.length).fill(NaN);
  const notional = depth.slice();
  times.forEach((value, index) => {
    const cell = rowOf.get(value)! * percent.length + bandOf.get(percents[index]!)!;
    depth[cell] = depths[index]!;
    notional[cell] = notionals[index]!;
  });
  return { time, percent, depth, notional };
}
