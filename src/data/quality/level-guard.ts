import { z } from "zod";
import type { Bar } from "../../domain/index.ts";
import type { CleaningPlan } from "./cleaning-plan.ts";
import { overnightMove } from "./split-finding.ts";
import { likelySplit, type LikelySplit } from "./split-likelihood.ts";
import { TrailingWindow } from "./trailing-window.ts";
import { UsualMoves } from "./usual-moves.ts";

/** What is thought of a bar's price level when it closes. */
export interface LevelVerdict {
  /** Within reach of the last good close; out of reach, and not believed yet; or out of reach of it, and believed because bars agree. */
  readonly level: "usual" | "doubted" | "believed";
  /** The last close before this bar that was believed, moved by listed corporate actions; NaN at first. */
  readonly lastGood: number;
  /** The largest log move that is believed at once; Infinity while too little is known. */
  readonly reach: number;
  /** Where a new level is believed: the split that explains it, however unlikely. */
  readonly split?: LikelySplit;
}

/** So many doubted bars in a row are believed even if they disagree: bad prices come alone. */
const mostDoubted = 10;
/** A return to the level before the last believed one is believed at once for so many bars. */
const memoryBars = 10;

const orNull = z.number().nullable();

/** Everything that a guard needs to go on where it stood; null stands for what is not known yet. */
export const LevelGuardState = z.strictObject({
  moves: z.array(z.number()),
  volumes: z.array(z.number()),
  lastGood: orNull,
  former: orNull,
  formerBars: z.int().nonnegative(),
  doubted: z
    .strictObject({
      first: z.strictObject({
        closeTime: z.number(),
        open: z.number(),
        high: z.number(),
        low: z.number(),
        close: z.number(),
        volume: z.number(),
      }),
      close: z.number(),
      bars: z.int(),
      agreeing: z.int(),
      volumes: z.number(),
    })
    .nullable(),
});

export type LevelGuardState = z.infer<typeof LevelGuardState>;

/**
 * Decides bar by bar whether a price level is to be believed. A close far from the last good one, as measured in what was usual
 * before, is doubted; when the bars after it agree with it, the new level is believed from then on. Nothing after a bar is looked at.
 */
export class LevelGuard {
  private readonly limits: CleaningPlan["limits"];
  private readonly moves: UsualMoves;
  private readonly volumes: TrailingWindow;
  private lastGood = NaN;
  private former = NaN;
  private formerBars = 0;
  /** The first doubted bar, the last one's close, how many there were, and how many in a row agree. */
  private doubted: { first: Bar; close: number; bars: number; agreeing: number; volumes: number } | undefined;

  constructor(limits: CleaningPlan["limits"]) {
    this.limits = limits;
    this.moves = new UsualMoves(limits);
    this.volumes = new TrailingWindow(limits.window);
  }

  /** Looks at the next possible bar. `factor` is what listed corporate actions since the last one make of prices. */
  judge(bar: Readonly<Bar>, factor: number): LevelVerdict {
    const { limits, doubted } = this;
    const lastGood = this.lastGood * factor;
    const { scale } = this.moves;
    const reach = this.moves.isReady ? limits.outlierScore * scale : Infinity;
    const move = Math.log(bar.close / lastGood);
    this.former = this.formerBars > 0 ? this.former * factor : NaN;
    this.formerBars = Math.max(0, this.formerBars - 1);
    if (doubted) doubted.close *= factor;
    const isBack = Math.abs(Math.log(bar.close / this.former)) <= reach;
    if (Number.isNaN(move) || Math.abs(move) <= reach || isBack) {
      this.believe(bar, move);
      return { level: "usual", lastGood, reach };
    }
    const agrees = doubted && Math.abs(Math.log(bar.close / doubted.close)) <= reach;
    const first = doubted && agrees ? doubted.first : { ...bar };
    const agreeing = agrees ? doubted.agreeing + 1 : 0;
    const volumes = (agrees ? doubted.volumes : 0) + bar.volume;
    const bars = (doubted?.bars ?? 0) + 1;
    if (agreeing < limits.confirmBars && bars <= mostDoubted) {
      this.doubted = { first, close: bar.close, bars, agreeing, volumes };
      this.lastGood = lastGood;
      return { level: "doubted", lastGood, reach };
    }
    const volumeMove = Math.log(volumes / (agreeing + 1) / this.volumes.median());
    const split = likelySplit({
      priceMove: overnightMove(lastGood, first.open, first.close),
      priceScale: scale,
      volumeMove: Number.isFinite(volumeMove) ? volumeMove : NaN,
      prior: limits.splitPrior,
    });
    this.former = lastGood;
    this.formerBars = memoryBars;
    this.believe(bar, move);
    return { level: "believed", lastGood, reach, split };
  }

  save(): LevelGuardState {
    const { lastGood, former, formerBars, doubted } = this;
    return {
      moves: this.moves.values(),
      volumes: this.volumes.values(),
      lastGood: Number.isNaN(lastGood) ? null : lastGood,
      former: Number.isNaN(former) ? null : former,
      formerBars,
      doubted: doubted ? { ...doubted, first: { ...doubted.first } } : null,
    };
  }

  /** Makes a new guard go on where another one stood. */
  restore({ moves, volumes, lastGood, former, formerBars, doubted }: LevelGuardState): void {
    for (const move of moves) this.moves.push(move);
    for (const volume of volumes) this.volumes.push(volume);
    this.lastGood = lastGood ?? NaN;
    this.former = former ?? NaN;
    this.formerBars = formerBars;
    this.doubted = doubted ?? undefined;
  }

  private believe({ close, volume }: Readonly<Bar>, move: number): void {
    this.moves.push(move);
    this.lastGood = close;
    this.doubted = undefined;
    this.volumes.push(volume);
  }
}
