import { type Clock, writeFileWhole } from "../../src/base/index.ts";
import { machine } from "../main.ts";
import { record, seeds, writePage } from "./page.ts";
import { load, measuredOf, seedsToTrain, type Trainer, withSeed } from "./record.ts";
import type { Row } from "./rows.ts";

/** Writes what one program reaches on a row into docs/, seed by seed, so that what is interrupted goes on where it was. */
export class Recorder {
  /** Those still to be trained. */
  readonly seeds: readonly number[];
  private readonly row: Row;
  private readonly trainer: Trainer;
  private readonly clock: Clock;
  private elapsed: number;

  constructor(row: Row, trainer: Trainer, clock: Clock) {
    this.row = row;
    this.trainer = trainer;
    this.clock = clock;
    this.elapsed = clock.elapsed();
    this.seeds = seedsToTrain(load(record), row, trainer, seeds);
  }

  /** Keeps a result. Both files are written anew from what is there, since other rows may be measured at the same time. */
  add(seed: number, meanReturn: number, program?: string): void {
    const { row, trainer, clock } = this;
    const { cpu, cores, date } = machine(clock.now());
    const minutes = (clock.elapsed() - this.elapsed) / 60_000;
    this.elapsed = clock.elapsed();
    const circumstances = { date: String(date).slice(0, 10), machine: `${cpu}, ${cores} cores`, minutes, ...(program && { program }) };
    const kept = withSeed(load(record), row, trainer, { seed, meanReturn, ...circumstances }, seeds);
    writeFileWhole(record, `${JSON.stringify(kept, null, 1)}\n`);
    writePage();
  }

  /** Of every seed that there is a result of. */
  returns(): readonly number[] {
    return Object.values(measuredOf(load(record), this.row, this.trainer)?.returns ?? {});
  }
}
