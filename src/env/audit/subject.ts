import type { SingleEnvironment } from "../single-environment.ts";
import type { VectorEnvironment } from "../vector-environment.ts";

/** One environment that an audit asks for. Equal requests must give environments that do the same. */
export interface EnvironmentRequest {
  readonly count: number;
  /** Of the reset at the start. */
  readonly seed: number;
  /** Cut episodes off after so many steps. A seed starts the same episodes whatever this is. */
  readonly maxSteps?: number;
  /** All that becomes known after a time is garbage of a seed; what is known by then stays as it is, to the byte. */
  readonly garbage?: { readonly afterMs: number; readonly seed: number };
  /** The prices that are observed at this time are others, and nothing after it is. For markets in which a price does not depend on size. */
  readonly movedAtMs?: number;
  /** The market has the `gaps` of the subject. */
  readonly gapped?: boolean;
}

/** A request beyond number and seed that a subject can fulfil. */
export type Wish = "maxSteps" | "garbage" | "movedAtMs";

/** A trade: signed lots of an instrument by its index, in money units a lot. `ordered` is what had been asked for, in signed lots. */
export interface LedgerFill {
  readonly instrument: number;
  readonly lots: number;
  readonly price: number;
  readonly ordered?: number;
}

/** An account as it stands, in whole money units and whole lots. */
export interface Ledger {
  readonly initialCash: number;
  readonly cash: number;
  readonly equity: number;
  /** Signed lots of each instrument. */
  readonly positions: ArrayLike<number>;
  /** What a lot of each is worth. */
  readonly marks: ArrayLike<number>;
  /** Fees, borrow, funding and interest of the episode, less dividends and whatever else was received. */
  readonly charges: number;
  /** Paid for lots in the episode, less received for lots. */
  readonly purchases?: number;
  /** The trades of the latest step. */
  readonly fills?: readonly LedgerFill[];
}

/** How the accounts of an environment are read. */
export interface Books<Environment extends VectorEnvironment = VectorEnvironment> {
  /** Where an account stands; after an ended episode, at the start of the next. */
  ledger(environment: Environment, index: number): Ledger;
  /** Equity at the end of the episode that ended in this step. */
  finalEquity(environment: Environment, index: number): number;
}

/** A market with something to be learnt in it, and one who knows it all. */
export interface Control<Environment extends VectorEnvironment = VectorEnvironment> {
  make(request: Pick<EnvironmentRequest, "count" | "seed">): Environment;
  /** A good action in hindsight for where an environment stands: one number, or the numbers of a box. */
  oracle(environment: Environment, index: number): readonly number[];
}

/** A stretch in which something is without data: nothing is known of it from `fromMs` until `toMs`. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Anyone's environment with what an audit needs to see of it. Only `name`, `make` and `grants` must be there; the report says what
 * could not be checked without the rest.
 */
export interface AuditSubject<Environment extends VectorEnvironment = VectorEnvironment> {
  readonly name: string;
  /** Makes the environment anew, its market included: nothing may be shared between two of them. */
  make(request: EnvironmentRequest): Environment;
  /** The wishes that `make` fulfils; the others are not asked for. */
  readonly grants: readonly Wish[];
  readonly books?: Books<Environment>;
  /** Time of the latest that an environment has seen, ms. */
  timeMs?(environment: Environment, index: number): number;
  /** When the market moves next after a time; `Infinity` after its end. For markets whose moves are known. */
  nextTimeMs?(timeMs: number): number;
  /** Listings to come and missing stretches, where the request is `gapped`. */
  readonly gaps?: readonly Gap[];
  /** What the rewards of an episode add up to, in money units of the ledger, where they add up to something. */
  rewardTotal?(initialEquity: number, finalEquity: number): number;
  /** The same told by the environment, of an episode that ended in this step. */
  episodeReward?(environment: Environment, index: number): number;
  /** What an episode that ended in this step has gained by the task's own measure, where that is not equity. */
  episodeGain?(environment: Environment, index: number): number;
  /** Cash may be borrowed. */
  readonly margin?: boolean;
  /** The task itself ends at a time that the observation tells of, so that its end is a termination. */
  readonly finiteHorizon?: boolean;
  /** Nothing is left to chance: all seeds are one. */
  readonly deterministic?: boolean;
  /** Actions worth trying by their names, such as `long` and `flat`; otherwise they are read off the action space. */
  readonly actions?: Readonly<Record<string, readonly number[]>>;
  readonly control?: Control<Environment>;
  /** The same environment one at a time, where it is offered so too. */
  single?(request: EnvironmentRequest): Pick<SingleEnvironment, "reset" | "step">;
}

/** Declares an audit subject for a file's default export; it only lends types. */
export const auditSubject = <Environment extends VectorEnvironment>(subject: AuditSubject<Environment>): AuditSubject =>
  subject as AuditSubject;
