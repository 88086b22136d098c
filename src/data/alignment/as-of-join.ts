import { z } from "zod";
import { assert, parse, UserError } from "../../base/index.ts";

/** Something that is told now and then and holds until it is told anew: bars of a timeframe, a macro series, a fundamental. */
export interface AsOfFeed {
  readonly name: string;
  /** Values that are told together. */
  readonly fields: readonly string[];
  /** How old a value may be before it counts as missing, ms; without it, any age will do. */
  readonly maxAgeMs?: number | undefined;
}

interface Told {
  readonly knownAt: number;
  readonly values: Float64Array;
}

const ToldState = z.strictObject({ knownAt: z.number(), values: z.array(z.number().nullable()) });

/** Everything that a join needs to go on where it stood; a value that is null is NaN. */
export const AsOfJoinState = z.strictObject({
  schema: z.literal("tradewind/as-of-join@1"),
  names: z.array(z.string()),
  /** By feed: what holds, and what was told ahead of its time. */
  feeds: z.array(z.strictObject({ current: ToldState.nullable(), ahead: z.array(ToldState) })),
  lastRead: z.number().nullable(),
});

export type AsOfJoinState = z.infer<typeof AsOfJoinState>;

const toState = ({ knownAt, values }: Told): z.infer<typeof ToldState> => ({
  knownAt,
  values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
});
const fromState = ({ knownAt, values }: z.infer<typeof ToldState>): Told => ({
  knownAt,
  values: Float64Array.from(values, (value) => value ?? NaN),
});

/**
 * Joins feeds as of times of decision. What was told is known from its `knownAt` on, ms, UTC: when it was published, which is
 * neither the time it is about nor, for what is told ahead, the time it was told. A value told as NaN is missing until the next.
 */
export class AsOfJoin {
  /** Columns in their order: feed.field. */
  readonly names: readonly string[];
  readonly width: number;
  private readonly feeds: readonly AsOfFeed[];
  private readonly offsets: readonly number[];
  private readonly current: (Told | undefined)[];
  private readonly ahead: Told[][];
  private readonly latest: Float64Array;
  private lastRead = -Infinity;

  constructor(feeds: readonly AsOfFeed[]) {
    this.feeds = feeds;
    this.names = feeds.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field}`));
    this.width = this.names.length;
    assert(new Set(this.names).size === this.width, `columns of one name among ${this.names.join(", ")}`);
    let width = 0;
    this.offsets = feeds.map(({ fields }) => (width += fields.length) - fields.length);
    this.current = feeds.map(() => undefined);
    this.ahead = feeds.map(() => []);
    this.latest = new Float64Array(feeds.length).fill(-Infinity);
  }

  /** Tells what a feed says from `knownAt` on; a feed is told in that order. Of two values known at once the later told counts. */
  tell(feed: number, knownAt: number, values: ArrayLike<number>): void {
    const { name, fields } = this.feeds[feed]!;
    assert(knownAt >= this.latest[feed]!, `${name}: told of ${knownAt} after ${this.latest[feed]}`);
    assert(values.length === fields.length, `${name} has ${fields.length} fields, told ${values.length}`);
    this.latest[feed] = knownAt;
    this.ahead[feed]!.push({ knownAt, values: Float64Array.from(values) });
  }

  /**
   * Writes what is known at a time, which does not go back: a row of `width` values, NaN where nothing is known or all is too old,
   * and the age in ms of each feed's values, NaN before the first.
   */
  read(at: number, out: { [index: number]: number }, offset = 0, ages?: { [index: number]: number }): void {
    assert(at >= this.lastRead, `read at ${at} after ${this.lastRead}`);
    this.lastRead = at;
    for (const [feed, { fields, maxAgeMs = Infinity }] of this.feeds.entries()) {
      const told = this.newest(feed, at);
      const age = told ? at - told.knownAt : NaN;
      const first = offset + this.offsets[feed]!;
      for (let field = 0; field < fields.length; field++) out[first + field] = told && age <= maxAgeMs ? told.values[field]! : NaN;
      if (ages) ages[feed] = age;
    }
  }

  save(): AsOfJoinState {
    return {
      schema: "tradewind/as-of-join@1",
      names: [...this.names],
      feeds: this.current.map((current, feed) => ({ current: current ? toState(current) : null, ahead: this.ahead[feed]!.map(toState) })),
      lastRead: this.lastRead === -Infinity ? null : this.lastRead,
    };
  }

  /** Makes a new join go on where another one stood; one of other columns is refused. */
  restore(saved: unknown): void {
    const { names, feeds, lastRead } = parse(AsOfJoinState, saved, "state");
    if (names.join() !== this.names.join()) {
      throw new UserError("config/invalid", `the saved state is of the columns ${names.join(", ")}`, {
        path: "state.names",
        hint: "Begin anew.",
      });
    }
    for (const [feed, { current, ahead }] of feeds.entries()) {
      this.current[feed] = current ? fromState(current) : undefined;
      this.ahead[feed] = ahead.map(fromState);
      this.latest[feed] = ahead.at(-1)?.knownAt ?? current?.knownAt ?? -Infinity;
    }
    this.lastRead = lastRead ?? -Infinity;
  }

  private newest(feed: number, at: number): Told | undefined {
    const ahead = this.ahead[feed]!;
    let due = 0;
    while (due < ahead.length && ahead[due]!.knownAt <= at) due++;
    if (due > 0) {
      this.current[feed] = ahead[due - 1];
      ahead.splice(0, due);
    }
    return this.current[feed];
  }
}
