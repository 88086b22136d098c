import { z } from "zod";

/**
 * What a market maker is taken to face (Avellaneda & Stoikov, "High-frequency trading in a limit order book", Quantitative Finance
 * 8(3), 2008): a mid price without drift, and takers who reach a quote at distance δ from it with intensity A·e^(−kδ).
 */
export const QuotingProblem = z.strictObject({
  /** γ, the aversion to the variance of wealth. */
  riskAversion: z.number().positive(),
  /** σ, of the mid price over a unit of time (arithmetic). */
  volatility: z.number().nonnegative(),
  /** k, by how much the intensity falls per unit of distance. */
  decay: z.number().positive(),
});

export type QuotingProblem = z.output<typeof QuotingProblem>;

/** Where one quotes around a mid price: the price at which one is indifferent, and both quotes around it. */
export interface Quotes {
  readonly reservation: number;
  readonly bid: number;
  readonly ask: number;
}

/** r = s − qγσ²(T − t): where a position of `inventory` units makes one indifferent to trading. */
export const reservationPrice = (mid: number, inventory: number, timeLeft: number, { riskAversion, volatility }: QuotingProblem): number =>
  mid - inventory * riskAversion * volatility ** 2 * timeLeft;

/** Distance between the quotes: γσ²(T − t) + (2/γ)·ln(1 + γ/k). */
export const optimalSpread = (timeLeft: number, { riskAversion, volatility, decay }: QuotingProblem): number =>
  riskAversion * volatility ** 2 * timeLeft + (2 / riskAversion) * Math.log1p(riskAversion / decay);

/** The approximately optimal quotes: half the spread on either side of the reservation price. */
export function optimalQuotes(mid: number, inventory: number, timeLeft: number, problem: QuotingProblem): Quotes {
  const reservation = reservationPrice(mid, inventory, timeLeft, problem);
  const half = optimalSpread(timeLeft, problem) / 2;
  return { reservation, bid: reservation - half, ask: reservation + half };
}
