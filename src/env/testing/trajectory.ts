import { Random, sha256 } from "../../base/index.ts";
import { type Bars, barsFrom } from "../../domain/index.ts";
import type { FeatureMatrix } from "../../features/index.ts";
import { createVectorEnvironment, type EnvironmentOptions } from "../batched-environment.ts";
import { EnvironmentSpecification } from "../specification.ts";

/** Bars whose prices are random whole cents, from whole numbers alone: the same on every machine. For tests. */
function integerBars(seed: number, count = 300): Bars {
  const random = new Random(seed);
  let price = 10_000;
  const rows = Array.from({ length: count }, (_, row) => {
    const open = Math.max(100, price + random.below(201) - 100);
    price = Math.max(100, open + random.below(401) - 200);
    const [high, low] = [Math.max(open, price) + random.below(50), Math.max(1, Math.min(open, price) - random.below(50))];
    const closeTime = (row + 1) * 3_600_000 + (row > count / 2 ? 86_400_000 : 0);
    return { closeTime, open: open / 100, high: high / 100, low: low / 100, close: price / 100, volume: 100 + random.below(1000) };
  });
  return barsFrom({ symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 0.01 }, rows);
}

/** Features of random eighths. For tests. */
function integerFeatures(seed: number, rows: number, width: number): FeatureMatrix {
  const random = new Random(seed, 1);
  const values = Float32Array.from({ length: rows * width }, () => random.below(1000) / 8 - 60);
  return { names: Array.from({ length: width }, (_, index) => `f${index}`), width, rows, values, firstReady: 0 };
}

/** A hash of all that an environment gave in 400 steps of random actions, every byte of it. For tests. */
export function trajectoryHash(fields: Record<string, unknown>, more: Partial<EnvironmentOptions> = {}, seed = 1): string {
  const bars = integerBars(seed);
  const rows = bars.close.length;
  const specification = EnvironmentSpecification.parse({ episode: { maxSteps: 40 }, ...fields });
  const count = 7;
  const place = { bars, features: integerFeatures(seed, rows, 5), pipelineHash: "none", from: 0, to: rows, count };
  const environment = createVectorEnvironment({ ...specification, ...place, seed, ...more });
  const random = new Random(seed, 2);
  const { actionSpace } = environment;
  const draw = () => (actionSpace.kind === "discrete" ? random.below(actionSpace.count) : random.below(25) / 10 - 1.2);
  const actions = Float32Array.from({ length: count }, draw);
  const parts: string[] = [];
  for (let step = 0; step < 400; step++) {
    for (let index = 0; index < count; index++) if (random.below(3) === 0) actions[index] = draw();
    environment.step(actions);
    const { observations, finalObservations, rewards, constraintCosts, terminated, truncated, observedAt, finalEquity } = environment;
    const columns = [observations, finalObservations, rewards, constraintCosts!, terminated, truncated, observedAt, finalEquity];
    parts.push(...columns.map((column) => sha256(column)), JSON.stringify(environment.accounts.map((account) => account.save())));
  }
  return sha256(parts.join("\n"));
}
