import { assert } from "../../base/index.ts";
import type { HawkesParameters } from "./hawkes-process.ts";

/** Events of several types in the order of their times, in seconds from the start of the time watched. */
export interface TypedEvents {
  readonly seconds: Float64Array;
  readonly types: Uint8Array;
  /** How many types there are, and how long was watched. */
  readonly typeCount: number;
  readonly watchedSeconds: number;
}

/** How a Hawkes process is fitted. */
export interface HawkesFitOptions {
  /** Delays' rates a second to begin with; as many as given are fitted. */
  readonly decays: readonly number[];
  /** Whether the decays stay as they are. */
  readonly fixedDecays?: boolean;
  /** Whether the types 2n and 2n + 1 mirror each other: what one does to the types of a pair, the other does to them swapped. */
  readonly mirrored?: boolean;
  /** Rounds at most; 500 unless given. */
  readonly rounds?: number;
  /** It ends when a round adds less than this to the log-likelihood of an event; 10⁻⁶ unless given. */
  readonly tolerance?: number;
}

/** A fitted process with the log-likelihood of the events before the last round. */
export interface HawkesFit extends HawkesParameters {
  readonly logLikelihood: number;
  readonly rounds: number;
}

/**
 * Maximum likelihood of a multivariate Hawkes process with exponential kernels that share their decays, by expectation
 * maximisation over who caused whom (Veen & Schoenberg, 2008), each round in one pass over the events thanks to Ogata's recursion.
 * The likelihood never falls while decays are fixed; theirs is updated as if all effects fell within the time watched.
 */
export function fitHawkes(
  events: TypedEvents,
  { decays, fixedDecays = false, mirrored = false, rounds = 500, tolerance = 1e-6 }: HawkesFitOptions,
): HawkesFit {
  const fit = new ExpectationMaximisation(events, decays);
  let last = -Infinity;
  let round = 0;
  for (; round < rounds; round++) {
    const { logLikelihood } = fit;
    fit.expect();
    if (mirrored) fit.mirror();
    fit.maximise(fixedDecays);
    if (round > 0 && logLikelihood - last < tolerance * events.seconds.length && logLikelihood >= last) break;
    last = logLikelihood;
  }
  return { ...fit.parameters(), logLikelihood: fit.logLikelihood, rounds: round };
}

/** Fewer events than this, in expectation, are none: the numbers would only go on shrinking. */
const leastCaused = 1e-6;

class ExpectationMaximisation {
  logLikelihood = -Infinity;
  private readonly events: TypedEvents;
  private readonly counts: Float64Array;
  private readonly baseline: Float64Array;
  private readonly decays: Float64Array;
  private readonly branching: Float64Array; // [decay, type, cause]
  /** Expected numbers: of events of their own accord by type, of events by what caused them, and Σ of their delays by decay. */
  private readonly own: Float64Array;
  private readonly caused: Float64Array;
  private readonly delays: Float64Array;
  private readonly exposed: Float64Array; // [decay, cause]: Σ (1 − e^(−decay · time left)) over the causes.
  private readonly active: Float64Array; // [decay, cause]: Σ e^(−decay · age) over past events of the cause.
  private readonly ages: Float64Array; // [decay, cause]: Σ age · e^(−decay · age).

  constructor(events: TypedEvents, decays: readonly number[]) {
    const { types, typeCount, watchedSeconds } = events;
    assert(decays.length > 0 && decays.every((decay) => decay > 0) && watchedSeconds > 0, "positive decays, and time to watch");
    this.events = events;
    this.counts = new Float64Array(typeCount);
    for (const type of types) this.counts[type]!++;
    this.decays = Float64Array.from(decays);
    this.baseline = this.counts.map((count) => (0.5 * count) / watchedSeconds);
    this.branching = new Float64Array(decays.length * typeCount * typeCount).fill(0.5 / (decays.length * typeCount));
    this.own = new Float64Array(typeCount);
    this.caused = new Float64Array(this.branching.length);
    this.delays = new Float64Array(decays.length);
    this.exposed = new Float64Array(decays.length * typeCount);
    this.active = new Float64Array(decays.length * typeCount);
    this.ages = new Float64Array(decays.length * typeCount);
  }

  /** Shares every event among its possible causes, and takes the likelihood on the way. */
  expect(): void {
    const { own, caused, delays, active, ages, decays, events } = this;
    const { seconds, types, watchedSeconds } = events;
    for (const sums of [own, caused, delays, active, ages]) sums.fill(0);
    let logSum = 0;
    for (let event = 0, now = 0; event < seconds.length; event++) {
      this.pass(seconds[event]! - now);
      now = seconds[event]!;
      const type = types[event]!;
      logSum += Math.log(this.share(type));
      for (let k = 0; k < decays.length; k++) active[k * this.counts.length + type]! += 1;
    }
    this.pass(watchedSeconds - (seconds.at(-1) ?? 0));
    for (let place = 0; place < active.length; place++) this.exposed[place] = this.counts[place % this.counts.length]! - active[place]!;
    this.logLikelihood = logSum - this.compensator();
  }

  /** Gives a type and its mirror image the mean of what was expected of the two. */
  mirror(): void {
    const { own, exposed, caused, counts } = this;
    const n = counts.length;
    const average = (values: Float64Array, twinOf: (place: number) => number): void => {
      const before = values.slice();
      for (let place = 0; place < values.length; place++) values[place] = (before[place]! + before[twinOf(place)]!) / 2;
    };
    average(own, (place) => place ^ 1);
    average(exposed, (place) => place - (place % n) + ((place % n) ^ 1));
    average(caused, (place) => {
      const [row, cause] = [Math.floor(place / n), place % n];
      return (row - (row % n) + ((row % n) ^ 1)) * n + (cause ^ 1);
    });
  }

  /** The parameters under which those shares are likeliest. */
  maximise(fixedDecays: boolean): void {
    const { own, caused, delays, baseline, branching, decays, counts, exposed } = this;
    const n = counts.length;
    for (let i = 0; i < n; i++) baseline[i] = own[i]! / this.events.watchedSeconds;
    for (let k = 0; k < decays.length; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          const place = (k * n + i) * n + j;
          sum += caused[place]!;
          branching[place] = caused[place]! > leastCaused ? caused[place]! / exposed[k * n + j]! : 0;
        }
      }
      if (!fixedDecays && sum > 0 && delays[k]! > 0) decays[k] = sum / delays[k]!;
    }
  }

  parameters(): HawkesParameters {
    const n = this.counts.length;
    const rows = <Row>(row: (index: number) => Row): Row[] => Array.from({ length: n }, (_, index) => row(index));
    return {
      baseline: [...this.baseline],
      decays: [...this.decays],
      branching: Array.from(this.decays, (_, k) => rows((i) => rows((j) => this.branching[(k * n + i) * n + j]!))),
    };
  }

  private pass(seconds: number): void {
    const { decays, active, ages, counts } = this;
    const n = counts.length;
    for (let k = 0; k < decays.length; k++) {
      const factor = Math.exp(-decays[k]! * seconds);
      for (let place = k * n; place < (k + 1) * n; place++) {
        ages[place] = factor * (ages[place]! + seconds * active[place]!);
        active[place]! *= factor;
      }
    }
  }

  /** Adds one event of a type to the expected numbers of its causes; returns its intensity. */
  private share(type: number): number {
    const { own, caused, delays, active, ages, decays, branching, baseline, counts } = this;
    const n = counts.length;
    let intensity = baseline[type]!;
    for (let k = 0; k < decays.length; k++) {
      const start = (k * n + type) * n;
      let sum = 0;
      for (let j = 0; j < n; j++) sum += branching[start + j]! * active[k * n + j]!;
      intensity += decays[k]! * sum;
    }
    own[type]! += baseline[type]! / intensity;
    for (let k = 0; k < decays.length; k++) {
      const start = (k * n + type) * n;
      let delay = 0;
      for (let j = 0; j < n; j++) {
        const weight = (branching[start + j]! * decays[k]!) / intensity;
        caused[start + j]! += weight * active[k * n + j]!;
        delay += weight * ages[k * n + j]!;
      }
      delays[k]! += delay;
    }
    return intensity;
  }

  /** Σ of the intensities' integrals over the time watched. */
  private compensator(): number {
    const { baseline, branching, decays, counts, exposed } = this;
    const n = counts.length;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += baseline[i]! * this.events.watchedSeconds;
      for (let k = 0; k < decays.length; k++) {
        for (let j = 0; j < n; j++) sum += branching[(k * n + i) * n + j]! * exposed[k * n + j]!;
      }
    }
    return sum;
  }
}
