import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { Account } from "../domain/index.ts";
import type { Space } from "./space.ts";

/** What an environment may know of the account: where it stood when the last bar closed. */
export type AccountView = Readonly<Pick<Account, "equity" | "exposure" | "unrealised" | "drawdown" | "position" | "initialCash">>;

/** The latest rows of features, oldest first: all of the market that an environment sees. */
export interface FeatureView {
  /** Numbers in the window. */
  readonly size: number;
  /** Copies the window to `out[offset]` and after, and returns the index behind it. */
  copyTo(out: Float32Array, offset: number): number;
}

/** All that an environment sees: the latest closed features and the account. There is no index, so there is no looking ahead. */
export interface View {
  readonly features: FeatureView;
  readonly account: AccountView;
}

/** An agent's whole interface to the market: what it observes, what its actions mean, and when an episode is over. */
export interface EnvironmentKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** What the observation says after the window of features, by name and in order. */
  readonly accountFields: readonly string[];
  actionSpace(params: ParamsOf<Shape>): Space;
  /** Writes the observation at `out[offset]` and after: the window of features, then one number for each account field. */
  observe(view: View, out: Float32Array, offset: number): void;
  /** The exposure to reach at the next bar's open, from −1 to 1 of equity; `null` keeps the position as it is. */
  act(action: number, account: AccountView, params: ParamsOf<Shape>): number | null;
  /** Whether the episode ends for a reason of its own. Losing everything always ends it. */
  terminated(account: AccountView, params: ParamsOf<Shape>): boolean;
}

/** Declares an environment; it only lends types. */
export const environment = <Shape extends ParamsShape>(kind: EnvironmentKind<Shape>): EnvironmentKind<Shape> => kind;
