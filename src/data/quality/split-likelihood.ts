/** What is known of a move that may be a split. Moves are natural logarithms of a bar's value over the one before. */
export interface SuspectMove {
  /** Of the price, best overnight: the open over the last close. */
  readonly priceMove: number;
  /** A usual move of the price: a robust standard deviation. */
  readonly priceScale: number;
  /** Of the volume, against what was usual before; NaN where there is none. */
  readonly volumeMove: number;
  /** How likely a split was before the move was seen: splits a bar. */
  readonly prior: number;
}

/** The split that explains a move best. */
export interface LikelySplit {
  /** Every `denominator` units become `numerator`, as in `CorporateAction`. */
  readonly numerator: number;
  readonly denominator: number;
  /** Whether the ratio is one that companies use; otherwise it approximates the move itself, to half a per cent. */
  readonly usual: boolean;
  /** Probability, from 0 to 1, that the move is a split rather than a move of the market. */
  readonly likelihood: number;
  /** Whether the volume changed rather by the inverse of the price's factor than not at all; null where there is none. */
  readonly volumeFollows: boolean | null;
}

/** Ratios that companies use, new for old, with how common they are among splits: rough shares, ours. */
const usualRatios: readonly (readonly [numerator: number, denominator: number, share: number])[] = [
  ...([2, 3, 4, 5, 10, 20, 6, 7, 8, 15, 25, 50, 100] as const).map((to) => [to, 1, to === 2 ? 0.28 : to <= 5 ? 0.04 : 0.01] as const),
  ...([5, 10, 4, 3, 8, 20, 2, 6, 7, 12, 15, 25, 30, 40, 50, 100] as const).map((from) => [1, from, from <= 10 ? 0.02 : 0.01] as const),
  [3, 2, 0.08],
  [4, 3, 0.02],
  [5, 4, 0.02],
  [5, 3, 0.01],
  [5, 2, 0.01],
  [6, 5, 0.01],
  [11, 10, 0.01],
];
const shareOfOthers = 0.05;
const widest = Math.log(100);
const volumeScale = 0.5;
/** A usual ratio is named when it holds so much of the probability of all splits. */
const clear = 0.9;

/**
 * Bayes' rule on two explanations: a split of some ratio and a usual move beside it, or a move of the market alone. Moves have
 * Student's t-distribution with three degrees of freedom around what their explanation says: the inverse cubic law of large moves (Gopikrishnan et al., 1998).
 */
export function likelySplit({ priceMove, priceScale, volumeMove, prior }: SuspectMove): LikelySplit {
  const density = (distance: number) => studentDensity(distance / priceScale) / priceScale;
  const hasVolume = Number.isFinite(volumeMove);
  const volumeDensity = (expected: number) => (hasVolume ? studentDensity((volumeMove - expected) / volumeScale) : 1);
  const market = (1 - prior) * density(priceMove) * volumeDensity(0);
  const inverse = volumeDensity(-priceMove);
  // A vendor may adjust prices and leave volumes: as likely as not to be told by the volume.
  const withVolume = (inverse + volumeDensity(0)) / 2;
  let splits = (((Math.abs(priceMove) < widest ? shareOfOthers : 0) * prior) / (2 * widest)) * withVolume;
  let best = { numerator: 0, denominator: 0, weight: 0 };
  for (const [numerator, denominator, share] of usualRatios) {
    const weight = prior * share * density(priceMove - Math.log(denominator / numerator)) * withVolume;
    splits += weight;
    if (weight > best.weight) best = { numerator, denominator, weight };
  }
  const usual = best.weight > clear * splits;
  const { numerator, denominator } = usual ? best : asRatio(Math.exp(-priceMove));
  return {
    numerator,
    denominator,
    usual,
    likelihood: splits / (splits + market),
    volumeFollows: hasVolume ? inverse > volumeDensity(0) : null,
  };
}

/** Density of Student's t-distribution with three degrees of freedom (Gosset, 1908). */
const studentDensity = (z: number): number => 2 / (Math.PI * Math.sqrt(3) * (1 + (z * z) / 3) ** 2);

/** Small whole numbers whose quotient is within half a per cent of a positive value. */
function asRatio(value: number): { numerator: number; denominator: number } {
  if (value < 1) {
    const { numerator, denominator } = asRatio(1 / value);
    return { numerator: denominator, denominator: numerator };
  }
  let denominator = 1;
  while (Math.abs(Math.round(value * denominator) / denominator / value - 1) > 0.005) denominator++;
  return { numerator: Math.round(value * denominator), denominator };
}
