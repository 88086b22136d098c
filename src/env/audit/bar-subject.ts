import { Random } from "../../base/index.ts";
import type { Bars } from "../../domain/index.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import { actionFor } from "./adversaries.ts";
import { garbageAfter, gapsOf, readableMarket, withGaps, withMovedClose } from "./bar-changes.ts";
import type { AuditSubject, Books, Control, EnvironmentRequest, Wish } from "./subject.ts";

type BarRequest = Pick<EnvironmentRequest, "count" | "seed" | "maxSteps">;

interface OverBars<Environment extends VectorEnvironment> {
  readonly name: string;
  /** Whether `make` heeds `maxSteps`, and then starts the same episodes whatever it is. */
  readonly grantsMaxSteps?: boolean;
  /** Closing time of the latest bar that is seen, ms. */
  timeMs(environment: Environment, index: number): number;
  readonly books?: Books<Environment>;
}

/** An environment that is made from the bars of one instrument. */
export interface BarSubject<Environment extends VectorEnvironment> extends OverBars<Environment> {
  readonly bars: Bars;
  /** Makes it anew from bars alone. `maxSteps` is given only when it is granted. */
  make(bars: Bars, request: BarRequest): Environment;
}

/** An environment that is made from the bars of several assets. */
export interface AssetsSubject<Environment extends VectorEnvironment> extends OverBars<Environment> {
  /** Of one calendar. In a market with gaps they differ by asset, and the last of them is listed half-way. */
  readonly assets: readonly Bars[];
  make(assets: readonly Bars[], request: BarRequest): Environment;
  /** A good action for one who knows the move of each asset over the next bar, open to close; without it there is no control. */
  oracle?(nextReturns: readonly number[], environment: Environment): readonly number[];
}

type Extras = Pick<AuditSubject, "rewardTotal" | "margin" | "deterministic" | "finiteHorizon" | "actions" | "single">;

/**
 * The audit subject of an environment over bars: futures, observed prices, gaps and a market that can be learnt are made by changing
 * the bars. The control's oracle takes actions that mean an exposure, by their labels or as a number.
 */
export const barSubject = <Environment extends VectorEnvironment>({
  bars,
  make,
  ...rest
}: BarSubject<Environment> & Extras): AuditSubject =>
  assetsSubject({
    ...rest,
    assets: [bars],
    make: ([only], request) => make(only!, request),
    oracle: ([next], { actionSpace }) => [actionFor(actionSpace, Math.sign(next!))],
  });

/** The same for an environment over several assets. */
export function assetsSubject<Environment extends VectorEnvironment>(given: AssetsSubject<Environment> & Extras): AuditSubject {
  const { name, assets, make, grantsMaxSteps = false, timeMs, books, oracle, ...extras } = given;
  const wishes: readonly Wish[] = ["garbage", "movedAtMs", ...(grantsMaxSteps ? (["maxSteps"] as const) : [])];
  const calendar = Float64Array.from(new Set(assets.flatMap(({ closeTime }) => [...closeTime]))).sort();
  const nextTime = new Map(Array.from(calendar, (time, row) => [time, calendar[row + 1] ?? Infinity]));
  const subject: AuditSubject<Environment> = {
    name,
    grants: wishes,
    make({ count, seed, maxSteps, ...changes }) {
      const seen = assets.map((bars, asset) => changed(bars, asset, assets.length, changes));
      return make(seen, { count, seed, ...(maxSteps !== undefined && { maxSteps }) });
    },
    timeMs,
    nextTimeMs: (time) => nextTime.get(time) ?? Infinity,
    gaps: assets.flatMap((bars, asset) => gapsOf(bars, asset, assets.length)),
    ...(oracle && { control: controlOf(assets.length, make, timeMs, oracle) }),
    ...(books && { books }),
    ...extras,
  };
  return subject as AuditSubject;
}

/** Bars as a request wants them; those of which nothing is wanted are the very same. */
function changed(
  bars: Bars,
  asset: number,
  assets: number,
  { garbage, movedAtMs, gapped }: Omit<EnvironmentRequest, keyof BarRequest>,
): Bars {
  const listed = gapped ? withGaps(bars, asset, assets) : bars;
  const moved = movedAtMs === undefined ? listed : withMovedClose(listed, movedAtMs);
  return garbage ? garbageAfter(moved, garbage.afterMs, new Random(garbage.seed, asset)) : moved;
}

/** Markets that can be read, and one who knows what comes. */
function controlOf<Environment extends VectorEnvironment>(
  count: number,
  make: AssetsSubject<Environment>["make"],
  timeMs: AssetsSubject<Environment>["timeMs"],
  oracle: NonNullable<AssetsSubject<Environment>["oracle"]>,
): Control<Environment> {
  const assets = Array.from({ length: count }, (_, asset) => readableMarket(asset));
  const rowAt = new Map(Array.from(assets[0]!.closeTime, (time, row) => [time, row]));
  const nextReturn = ({ open, close }: Bars, row: number): number => (close[row + 1] ?? NaN) / open[row + 1]! - 1 || 0;
  return {
    make: (request) => make(assets, request),
    oracle(environment, index) {
      const row = rowAt.get(timeMs(environment, index)) ?? 0;
      return oracle(
        assets.map((bars) => nextReturn(bars, row)),
        environment,
      );
    },
  };
}
