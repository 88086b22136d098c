import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, type OnProgress, type ParamsOf, type ParamsShape, parseParams, Random, systemClock } from "../base/index.ts";
import type { Bars, CorporateAction, Instrument } from "../domain/index.ts";
import type { PageAccount } from "./page-account.ts";
import type { ImportedBars } from "./read-bars-file.ts";

/** What loading from afar is given besides its parameters. */
export interface LoadContext {
  readonly clock: Clock;
  /** For the jitter of waits. */
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** Close time of the last bar stored already, ms, UTC: only what follows is asked for. */
  readonly after?: number | undefined;
  /** Of the bars stored already: what follows has the same, whatever its own prices would suggest. */
  readonly instrument?: Instrument | undefined;
  /** Waits for a time in ms, and fails with the signal's reason once it is aborted; the machine's timer unless given. */
  readonly wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** A part of a download. Bars are oldest first and follow those of the page before. */
export interface BarPage {
  readonly bars: Bars;
  /** What happened to the instrument since the last bar of the page before and until the last of this one, by time. */
  readonly actions: readonly CorporateAction[];
  /** Share of the whole download that is done with this page, 0 to 1. */
  readonly fraction: number;
  /** What was done to the vendor's rows; where it is left out, nothing was. */
  readonly account?: PageAccount | undefined;
}

/** Where bars can be had from. */
export interface Source<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Made up rather than observed. */
  readonly synthetic: boolean;
  readonly params: Shape;
  load(params: ParamsOf<Shape>, context?: LoadContext): Promise<ImportedBars>;
  /** Downloads page after page; only sources that are far away have it. */
  pages?(params: ParamsOf<Shape>, context: LoadContext): AsyncGenerator<BarPage>;
}

/** Declares a source; it only lends types. */
export const source = <const Shape extends ParamsShape>(definition: Source<Shape>): Source<Shape> => definition;

/** Loads from a source with parameters as a person gave them; wrong ones are a `UserError`. */
export const loadSource = (from: Source, params: unknown = {}, context?: LoadContext): Promise<ImportedBars> =>
  from.load(parseParams(from.params, params, `sources.${from.name}`), context);

/** The machine's clock and timers, chance seeded by the time, and a signal that is never aborted: for whoever gives no context. */
export const systemContext = (): LoadContext => ({
  clock: systemClock,
  random: new Random(systemClock.now()),
  signal: new AbortController().signal,
});

/** Waits as the context would. */
export const waitIn = ({ wait = machineWait, signal }: LoadContext, ms: number): Promise<void> => wait(ms, signal);

async function machineWait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
