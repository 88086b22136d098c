import { UserError } from "../base/index.ts";

/** A stretch of time, ms since the epoch, UTC: what lies after `from` and not after `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** When a market trades: in its sessions, and not where it is halted. Both oldest first and not overlapping. Without sessions each bar is one. */
export interface Schedule {
  readonly sessions?: readonly Interval[];
  readonly halts?: readonly Interval[];
}

/** What a schedule says of a bar. */
export interface BarPlace {
  /** Whether anything may trade in it. */
  readonly trading: boolean;
  readonly opensSession: boolean;
  readonly closesSession: boolean;
  /** Whether the session of the last trading bar was over before this bar began. */
  readonly sessionOver: boolean;
}

/**
 * Walks along a schedule with the bars of a market. A bar spans the time since the close before it; it belongs to the last session
 * that it touches, opens that session when the bar before did not belong to it, and closes it when it reaches the session's end.
 * A bar that a halt touches does not trade at all: when inside it trading would have been possible is not known.
 */
export class ScheduleWalk {
  private readonly sessions: readonly Interval[] | undefined;
  private readonly halts: readonly Interval[];
  private session = 0;
  private halt = 0;
  /** The session of the last bar that had one. */
  private current = -1;
  private closed = true;

  constructor({ sessions, halts = [] }: Schedule = {}) {
    for (const [path, intervals] of Object.entries({ sessions: sessions ?? [], halts })) refuseDisorder(path, intervals);
    this.sessions = sessions;
    this.halts = halts;
  }

  /** Where the bar that closes at `closeTime` stands; `lastCloseTime` is the close before it, −Infinity before the first. */
  next(lastCloseTime: number, closeTime: number): BarPlace {
    const { sessions, halts } = this;
    while (this.halt < halts.length && halts[this.halt]!.to <= lastCloseTime) this.halt++;
    const halted = this.halt < halts.length && halts[this.halt]!.from < closeTime;
    if (!sessions) return halted ? haltedPlace : ownSession;
    while (this.session + 1 < sessions.length && sessions[this.session + 1]!.from < closeTime) this.session++;
    const { from, to } = sessions[this.session] ?? { from: Infinity, to: Infinity };
    const inSession = from < closeTime && to > lastCloseTime;
    const opensSession = inSession && this.session !== this.current;
    const sessionOver = !this.closed && (!inSession || opensSession);
    if (inSession) this.current = this.session;
    const closesSession = inSession && to <= closeTime;
    this.closed = inSession ? closesSession : true;
    return { trading: inSession && !halted, opensSession, closesSession, sessionOver };
  }
}

/** A bar that is a session of its own. */
const ownSession: BarPlace = { trading: true, opensSession: true, closesSession: true, sessionOver: false };
const haltedPlace: BarPlace = { ...ownSession, trading: false };

function refuseDisorder(path: string, intervals: readonly Interval[]): void {
  for (const [index, { from, to }] of intervals.entries()) {
    if (to > from && !(index > 0 && from < intervals[index - 1]!.to)) continue;
    throw new UserError("config/invalid", `${path}.${index}: from ${from} to ${to} is empty, or begins before the one before has ended`, {
      path: `${path}.${index}`,
      hint: "State stretches of time oldest first, none of them empty or overlapping another.",
    });
  }
}
