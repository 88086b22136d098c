import type { Bars } from "../../../domain/index.ts";
import type { FeatureMatrix } from "../../../features/index.ts";
import { createPortfolioEnvironment, PortfolioSpecification } from "../../portfolio/index.ts";
import { rewards } from "../../rewards/index.ts";
import { samplePipeline } from "../../testing/sample-market.ts";
import { assetsSubject } from "../bar-subject.ts";
import { portfolioBooks } from "../books.ts";
import type { AuditSubject } from "../subject.ts";

const indexOfBest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** A portfolio environment over assets, with any field of its specification put in its place: for tests. */
export function portfolioSubject(
  name: string,
  assets: readonly Bars[],
  fields: Record<string, unknown> = {},
  prepared: (assets: readonly Bars[]) => readonly Bars[] = (given) => given,
): AuditSubject {
  const { actions, reward } = PortfolioSpecification.parse(fields);
  const known = new WeakMap<Bars, FeatureMatrix>();
  const featuresOf = (bars: Bars): FeatureMatrix => {
    const features = known.get(bars) ?? samplePipeline.batch(bars);
    known.set(bars, features);
    return features;
  };
  const isSumOfLogs = reward.name === "log-return" && !("benchmark" in fields);
  return assetsSubject({
    name,
    assets,
    make(each, { count, seed, maxSteps }) {
      const episode = maxSteps === undefined ? { maxSteps: 60 } : { maxSteps, randomStart: false };
      return createPortfolioEnvironment({
        ...PortfolioSpecification.parse({ window: 2, episode, ...fields }),
        assets: prepared(each).map((bars) => ({ bars, features: featuresOf(bars) })),
        pipelineHash: samplePipeline.hash,
        count,
        seed,
      });
    },
    grantsMaxSteps: true,
    timeMs: ({ observedAt }, index) => observedAt[index]!,
    books: portfolioBooks,
    margin: actions.kind !== "long-only",
    ...(isSumOfLogs && { rewardTotal: rewards["log-return"].total! }),
    // All in the best asset, or all in cash; where short positions are allowed, each asset its own way.
    oracle: (next) =>
      actions.kind === "long-only"
        ? [...next, 0].map((_, place) => (place === indexOfBest([...next, 0]) ? 1 : -1))
        : next.map((move) => Math.sign(move)),
  });
}
