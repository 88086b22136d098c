import { assert, UserError } from "../../base/index.ts";
import { type Bar, type Bars, emptyBar, readBar } from "../../domain/index.ts";

/** What closed at one time, a place for each instrument. One object serves a whole walk, and so does each of its bars. */
export interface Slice {
  /** ms since the epoch, UTC. */
  readonly closeTime: number;
  /** The bar that closed just then; null where there was none: a holiday, a halt, another exchange's hours. */
  readonly fresh: readonly (Readonly<Bar> | null)[];
  /** The newest closed bar, however old; null before the first. */
  readonly latest: readonly (Readonly<Bar> | null)[];
}

/** Walks several instruments, each on a calendar of its own, from one close to the next. Nothing is filled in. */
export function* slicesOf(instruments: readonly Bars[]): Generator<Slice, void> {
  const bars = instruments.map(() => emptyBar());
  const next = instruments.map(() => 0);
  const fresh = instruments.map((): Bar | null => null);
  const latest = instruments.map((): Bar | null => null);
  const slice = { closeTime: NaN, fresh, latest };
  for (;;) {
    let time = Infinity;
    for (const [place, { closeTime }] of instruments.entries()) time = Math.min(time, closeTime[next[place]!] ?? Infinity);
    if (time === Infinity) return;
    slice.closeTime = time;
    for (const [place, each] of instruments.entries()) {
      const row = next[place]!;
      fresh[place] = each.closeTime[row] === time ? (latest[place] = readBar(each, row, bars[place]!)) : null;
      if (fresh[place]) next[place] = row + 1;
    }
    yield slice;
  }
}

/**
 * Refuses data that cannot be traded together, as `data/mismatch` with the instruments and their times: a symbol twice, several
 * currencies, bars of different length, or a series that ends before another begins; and for a rule that has to see closes of the same
 * time, two that have them less often than not. Late starts, early ends and holes are no mistake.
 */
export function checkTogether(instruments: readonly Bars[], needsCommonCloses = false): void {
  assert(instruments.length > 0, "there are instruments to trade");
  const symbols = instruments.map(({ instrument }) => instrument.symbol);
  const twice = symbols.find((symbol, place) => symbols.indexOf(symbol) < place);
  if (twice !== undefined) throw mismatch(`${twice} is there twice`, "Name each instrument once.");
  const empty = instruments.find(({ close }) => close.length === 0);
  if (empty) throw mismatch(`${empty.instrument.symbol} has no bars`, "Leave it out.");
  for (const bars of instruments) checkTimes(bars);
  checkCurrencies(instruments);
  checkIntervals(instruments);
  checkOverlap(instruments);
  if (!needsCommonCloses) return;
  for (const [place, bars] of instruments.entries())
    for (const other of instruments.slice(0, place)) checkCommonCloses(other, bars.closeTime, bars);
}

function checkTimes({ instrument: { symbol }, closeTime }: Bars): void {
  const wrong = closeTime.findIndex((time, row) => !(Number.isFinite(time) && time > (row === 0 ? -Infinity : closeTime[row - 1]!)));
  if (wrong < 0) return;
  throw new UserError("data/invalid-value", `${symbol}: bar ${wrong} of ${closeTime[wrong]} does not close after the one before it`, {
    path: "data",
    hint: "Clean the data set: `tradewind data check` names such bars.",
  });
}

function checkCurrencies(instruments: readonly Bars[]): void {
  if (new Set(instruments.map(({ instrument }) => instrument.currency)).size === 1) return;
  const told = instruments.map(({ instrument: { symbol, currency } }) => `${symbol} in ${currency}`).join(", ");
  throw mismatch(`one cash cannot hold several currencies: ${told}`, "Convert the prices to one currency first, or leave the others out.");
}

/** Usual distances of closes may differ by half: what is more is another kind of bar. */
function checkIntervals(instruments: readonly Bars[]): void {
  const known = instruments
    .filter(({ closeTime }) => closeTime.length > 8)
    .map((bars) => ({ symbol: bars.instrument.symbol, interval: usualInterval(bars) }))
    .toSorted((left, right) => left.interval - right.interval);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.interval <= 1.5 * first.interval) return;
  throw mismatch(
    `${first.symbol} closes every ${span(first.interval)}, ${last.symbol} every ${span(last.interval)}`,
    "Bring all to bars of one length: `tradewind data resample`.",
  );
}

/** How far apart closes usually are, in ms: the lower quartile of the distances, which few holes do not move. NaN of less than two bars. */
export function usualInterval({ closeTime }: Bars): number {
  const gaps = closeTime.slice(1).map((time, row) => time - closeTime[row]!);
  return gaps.sort()[gaps.length >> 2] ?? NaN;
}

function checkOverlap(instruments: readonly Bars[]): void {
  const latestStart = instruments.reduce((late, bars) => (bars.closeTime[0]! > late.closeTime[0]! ? bars : late));
  const earliestEnd = instruments.reduce((early, bars) => (bars.closeTime.at(-1)! < early.closeTime.at(-1)! ? bars : early));
  if (latestStart.closeTime[0]! <= earliestEnd.closeTime.at(-1)!) return;
  throw mismatch(
    `they were never traded at the same time: ${stretchOf(earliestEnd)}; ${stretchOf(latestStart)}`,
    "Choose data whose stretches overlap.",
  );
}

/**
 * Refuses times at which an instrument closes less often than not, among those while both are there, as `data/mismatch`: what happens
 * within hours of one another would count as apart. `whose` is the other series of bars, if it is one.
 */
export function checkCommonCloses({ instrument: { symbol }, closeTime }: Bars, times: Float64Array, whose?: Bars): void {
  const [from, to] = [Math.max(closeTime[0]!, times[0]!), Math.min(closeTime.at(-1)!, times.at(-1)!)];
  const within = (all: Float64Array) => all.filter((time) => time >= from && time <= to);
  const [ours, theirs] = [within(closeTime), within(times)];
  const own = new Set(ours);
  const common = theirs.filter((time) => own.has(time)).length;
  const most = whose ? Math.max(ours.length, theirs.length) : theirs.length;
  if (2 * common >= most) return;
  const clock = (time: number | undefined) => (time === undefined ? "never" : `at ${new Date(time).toISOString().slice(11, 16)} UTC`);
  throw mismatch(
    `${symbol} and ${whose?.instrument.symbol ?? "what is traded"} close at the same time on ${common} of ${most} closes (the last ${clock(ours.at(-1))} and ${clock(theirs.at(-1))})`,
    "Use data whose bars close together: import or resample them with the same calendar.",
  );
}

/** A close in words: midnight is the day that it ends. */
function isoMinute(closeTime: number): string {
  if (closeTime % 86_400_000 === 0) return new Date(closeTime - 1).toISOString().slice(0, 10);
  return new Date(closeTime).toISOString().slice(0, 16).replace("T", " ");
}

const stretchOf = ({ instrument: { symbol }, closeTime }: Bars): string =>
  `${symbol} from ${isoMinute(closeTime[0]!)} to ${isoMinute(closeTime.at(-1)!)}`;

function span(ms: number): string {
  const [size, name] = (
    [
      [86_400_000, "day"],
      [3_600_000, "hour"],
      [60_000, "minute"],
    ] as const
  ).find(([length]) => ms >= length) ?? [1000, "second"];
  const count = Number((ms / size).toPrecision(3));
  return count === 1 ? name : `${count} ${name}s`;
}

const mismatch = (message: string, hint: string): UserError => new UserError("data/mismatch", message, { path: "data", hint });
