import { assert } from "../base/index.ts";
import { fromMoney } from "../domain/index.ts";
import { BatchedEnvironment, type EnvironmentOptions } from "./batched-environment.ts";
import type { Space } from "./space.ts";
import { sparkline } from "./sparkline.ts";

/** What is known beside the observation: money in quote currency, time in ms since the epoch. */
export interface Info {
  readonly timeMs: number;
  readonly equity: number;
  readonly cash: number;
  readonly positionLots: number;
  readonly exposure: number;
  readonly drawdown: number;
  readonly feesPaid: number;
}

/** What a step gives; the observation is a copy and stays as it is. */
export interface SingleStep {
  readonly observation: Float32Array;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

/** One environment with Gymnasium's meaning of reset, step and render: after an ended episode it waits for a reset. */
export interface SingleEnvironment {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly observationSchema: string;
  /** Starts an episode. A seed starts its random numbers afresh; without one they go on. */
  reset(options?: { readonly seed?: number }): { readonly observation: Float32Array; readonly info: Info };
  step(action: number): SingleStep;
  /** The state as a line of text; once there was a step, also how price, position and equity came there since the reset. */
  render(): string;
}

/** One environment over the bars and features of its options. */
export function createEnvironment(options: Omit<EnvironmentOptions, "count">): SingleEnvironment {
  const batch = new BatchedEnvironment({ ...options, count: 1 }, false);
  const { symbol, currency } = options.bars.instrument;
  const account = batch.accounts[0]!;
  const action = new Float32Array(1);
  let running = false;
  const past = { price: [] as number[], position: [] as number[], equity: [] as number[] };
  const remember = () => {
    past.price.push(account.markTicks);
    past.position.push(account.position);
    past.equity.push(account.equity);
  };
  const info = (): Info => ({
    timeMs: batch.observedAt[0]!,
    equity: fromMoney(options.bars.instrument, account.equity),
    cash: fromMoney(options.bars.instrument, account.cash),
    positionLots: account.position,
    exposure: account.exposure,
    drawdown: account.drawdown,
    feesPaid: fromMoney(options.bars.instrument, account.feesPaid),
  });
  return {
    observationSpace: batch.observationSpace,
    actionSpace: batch.actionSpace,
    observationSchema: batch.observationSchema,
    reset({ seed } = {}) {
      batch.reset(seed);
      running = true;
      for (const column of Object.values(past)) column.length = 0;
      remember();
      return { observation: batch.observations.slice(), info: info() };
    },
    step(chosen) {
      assert(running, "reset the environment before stepping it: no episode is running");
      action[0] = chosen;
      batch.step(action);
      const terminated = batch.terminated[0] === 1;
      const truncated = batch.truncated[0] === 1;
      running = !terminated && !truncated;
      remember();
      return { observation: batch.observations.slice(), reward: batch.rewards[0]!, terminated, truncated, info: info() };
    },
    render() {
      const { timeMs, equity, exposure, drawdown, positionLots } = info();
      const share = (value: number) => `${(100 * value).toFixed(1)} %`;
      const time = new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
      const state = `${time}  ${symbol}  equity ${equity.toFixed(2)} ${currency}  exposure ${share(exposure)}  drawdown ${share(drawdown)}  ${positionLots} lots`;
      if (past.price.length < 2) return state;
      return [state, ...Object.entries(past).map(([name, values]) => `${name.padEnd(8)}  ${sparkline(values, 60)}`)].join("\n");
    },
  };
}
