import { assert } from "../../base/index.ts";

/** A piece of news as it counts: when it became known (ms), what it says, and how much it weighs. */
export interface HeardNews {
  readonly knownAt: number;
  /** From −1 (bad) to 1 (good). */
  readonly score: number;
  /** How sure the score is, from 0 to 1. */
  readonly confidence: number;
  /** Weight of its source. */
  readonly weight: number;
  /** Share of its words that had not been said shortly before, from 0 to 1. */
  readonly novelty: number;
}

/** How news turn into numbers. */
export interface MoodParams {
  readonly halfLifeMs: number;
  /** Weight of the neutral opinion that everything is averaged with: how much news it takes to be believed. */
  readonly prior: number;
}

/** What news say at a moment, in the order of `moodOutputs`. */
export const moodOutputs = ["score", "count", "dispersion", "novelty"] as const;

/**
 * The mood of news, each with half its weight after a half-life. With wᵢ the decayed weight of a source and cᵢ = wᵢ × confidence:
 * score = Σ cᵢ·sᵢ / (Σ cᵢ + prior), in (−1, 1), which fades to 0 when nothing is heard; count = ln(1 + Σ wᵢ); dispersion = the weighted standard
 * deviation of scores, in [0, 1]; novelty = Σ wᵢ·nᵢ / (Σ wᵢ + prior). Reading changes nothing, so the numbers of a moment depend on what
 * was heard by then and on nothing else, to the bit.
 */
export class NewsMood {
  private readonly params: MoodParams;
  private heardAt = -Infinity;
  private weights = 0;
  private trusted = 0;
  private scores = 0;
  private squares = 0;
  private novelties = 0;

  constructor(params: MoodParams) {
    this.params = params;
  }

  /** Takes the next piece of news; none is known before the one before it. */
  hear({ knownAt, score, confidence, weight, novelty }: HeardNews): void {
    assert(knownAt >= this.heardAt, `news of ${knownAt} after those of ${this.heardAt}`);
    const decay = this.decayTo(knownAt);
    const trust = weight * confidence;
    this.weights = this.weights * decay + weight;
    this.trusted = this.trusted * decay + trust;
    this.scores = this.scores * decay + trust * score;
    this.squares = this.squares * decay + trust * score * score;
    this.novelties = this.novelties * decay + weight * novelty;
    this.heardAt = knownAt;
  }

  /** Writes the four outputs as of a moment that is not before the last news. */
  read(time: number, out: Float64Array): void {
    const { prior } = this.params;
    const decay = this.decayTo(time);
    const [weights, trusted] = [this.weights * decay, this.trusted * decay];
    const mean = this.trusted > 0 ? this.scores / this.trusted : 0;
    const variance = this.trusted > 0 ? this.squares / this.trusted - mean * mean : 0;
    out[0] = (this.scores * decay) / (trusted + prior);
    out[1] = Math.log1p(weights);
    out[2] = Math.sqrt(Math.max(variance, 0));
    out[3] = (this.novelties * decay) / (weights + prior);
  }

  /** What is left of what was heard so far; 1 where nothing was. */
  private decayTo(time: number): number {
    return this.heardAt === -Infinity ? 1 : 2 ** (-(time - this.heardAt) / this.params.halfLifeMs);
  }
}
