import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { Account } from "../domain/index.ts";
import type { Space } from "./space.ts";

/** What an environment may know of the account: where it stood when the last bar closed. */
export type AccountView = Readonly<Pick<Account, "equity" | "exposure" | "unrealised" | "drawdown" | "position" | "initialCash">>;

/**
 * Actions that are choices of an exposure, kept while the position is on that side already, with NaN for keeping it in any case;
 * observations that say exposure, unrealised profit and drawdown, in this order; episodes that end at a drawdown.
 */
export interface DirectMeaning {
  /** One for each choice. */
  readonly targets: readonly number[];
  readonly maxDrawdown: number;
}

/**
 * An agent's whole interface to the market: what it observes, what its actions mean, and when an episode is over. The observation
 * is a window of the latest closed features, which is copied for it, then numbers of the account. There is no index of a row, so
 * there is no looking ahead.
 */
export interface EnvironmentKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** What the observation says after the window of features, by name and in order. */
  readonly accountFields: readonly string[];
  actionSpace(params: ParamsOf<Shape>): Space;
  /** Writes one number for each account field at `out[offset]` and after. */
  observe(account: AccountView, out: Float32Array, offset: number): void;
  /** The exposure to reach at the next bar's open, from −1 to 1 of equity; `null` keeps the position as it is. */
  act(action: number, account: AccountView, params: ParamsOf<Shape>): number | null;
  /** Whether the episode ends for a reason of its own. Losing everything always ends it. */
  terminated(account: AccountView, params: ParamsOf<Shape>): boolean;
  /** What `act`, `observe` and `terminated` say, in numbers, where it can be said in them: a shorter way to the same steps. */
  direct?(params: ParamsOf<Shape>): DirectMeaning | undefined;
}

/** Declares an environment; it only lends types. */
export const environment = <Shape extends ParamsShape>(kind: EnvironmentKind<Shape>): EnvironmentKind<Shape> => kind;
