import type { Account, Bar } from "../domain/index.ts";
import type { FeaturePipeline } from "../features/index.ts";
import type { EnvironmentKind } from "./environment.ts";
import type { Space } from "./space.ts";
import { chooseEnvironment, type EnvironmentSpecification, layoutOf } from "./specification.ts";

/** An environment's eyes and hands for a session: the same `observe` and `act` on bars that arrive one at a time. */
export interface Observer {
  /** Numbers in an observation. */
  readonly size: number;
  readonly names: readonly string[];
  readonly schema: string;
  readonly actionSpace: Space;
  /** Whether enough bars have been seen to observe. */
  readonly ready: boolean;
  /** Takes the next closed bar. */
  update(bar: Bar): void;
  /** Writes the observation of an account that is marked at the latest bar's close. */
  observe(account: Account, out: Float32Array): void;
  /** The exposure that an action means, or `null` to keep the position. */
  act(actions: Float32Array, account: Account): number | null;
}

/** Builds the observer that belongs to a specification; its observations equal the vector environment's bit for bit. */
export function createObserver(
  specification: Pick<EnvironmentSpecification, "environment" | "window">,
  pipeline: FeaturePipeline,
  available?: Readonly<Record<string, EnvironmentKind>>,
): Observer {
  const { window } = specification;
  const environment = chooseEnvironment({ ...specification, ...(available && { available }) });
  const { kind, params } = environment;
  const layout = layoutOf(environment, window, pipeline);
  const stream = pipeline.stream();
  const rows = new Float32Array(window * pipeline.width);
  let readyRows = 0;
  return {
    size: layout.size,
    names: layout.names,
    schema: layout.schema,
    actionSpace: layout.actionSpace,
    get ready() {
      return readyRows >= window;
    },
    update(bar) {
      rows.copyWithin(0, pipeline.width);
      readyRows = stream.update(bar, rows, (window - 1) * pipeline.width) ? readyRows + 1 : 0;
    },
    observe(account, out) {
      out.set(rows);
      kind.observe(account, out, rows.length);
    },
    act: (actions, account) => kind.act(actions[0]!, account, params),
  };
}
