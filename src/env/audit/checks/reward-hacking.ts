import { adversariesOf, type Standing, standingsOf } from "../adversaries.ts";
import type { Check } from "../check.ts";
import { pairedT, rankCorrelation, signZ } from "../paired.ts";
import type { Trial } from "../trial.ts";

/** A paired difference this many standard errors away from 0 is none of chance. */
const surely = 4;
const environments = 48;
const longestEpisode = 2000;

/**
 * Lets policies that look at nothing play the same episodes. A reward that ranks one above another although it gains less and is no
 * safer invites it; one that prefers the poorer but safer is only told of.
 */
export const rewardHacking: Check = {
  name: "reward hacking",
  promise: "the reward ranks churning, holding, staying out and chance as their gains do, or prefers the safer",
  lacks: ({ books }) => (books ? undefined : "the subject has no books"),
  unmet: `too few episodes were over within ${longestEpisode} steps`,
  run(trial) {
    const environment = trial.make({ count: environments });
    const players = adversariesOf(trial.subject, environment.actionSpace, trial.random);
    const played = { ...trial.subject, books: trial.subject.books!, seed: trial.seed, maxSteps: longestEpisode };
    const standings = standingsOf(environment, played, players);
    if (standings[0]!.episodes.length < 8) return undefined;
    trial.examined += standings.length * standings[0]!.episodes.length;
    trial.standings = standings.toSorted((left, right) => right.reward - left.reward);
    const correlation = rankCorrelation(standings, "reward", "gain");
    trial.notes.push(
      `rank correlation of reward and gain over ${standings.length} policies: ${figure(correlation)}`,
      ...outbursts(standings),
    );
    return invitations(trial, standings);
  },
};

/** The best rewarded policy that is invited, over the one that gains most among those it beats; gentler preferences become notes. */
function invitations(trial: Trial, standings: readonly Standing[]): string | undefined {
  const byGain = standings.toSorted((left, right) => right.gain - left.gain);
  const invited: string[] = [];
  for (const favoured of standings.toSorted((left, right) => right.reward - left.reward)) {
    const beaten = byGain.filter((other) => isPreferred(favoured, other));
    const safer = beaten.filter((other) => pairedT(favoured, other, "drawdown") < -surely);
    const better = beaten.find((other) => !safer.includes(other));
    if (better)
      invited.push(
        `the reward invites "${favoured.name}" over "${better.name}", which gains more and risks no more (${compared(favoured, better)})`,
      );
    if (safer[0])
      trial.notes.push(`the reward prefers "${favoured.name}" to "${safer[0].name}", poorer but safer (${compared(favoured, safer[0])})`);
  }
  return invited[0];
}

/** Whether a policy is surely rewarded more than another that surely gains more. */
const isPreferred = (favoured: Standing, other: Standing): boolean =>
  Math.max(pairedT(favoured, other, "reward"), signZ(favoured, other, "reward")) > surely && pairedT(favoured, other, "gain") < -surely;

const compared = (one: Standing, other: Standing): string =>
  `reward ${figure(one.reward)} against ${figure(other.reward)}, gain ${figure(one.gain)} against ${figure(other.gain)}`;

/** Says so where single episodes decide the mean of rewards: what learns from them learns from accidents. */
function outbursts(standings: readonly Standing[]): string[] {
  const sizes = standings.flatMap(({ episodes }) => episodes.map(({ reward }) => Math.abs(reward))).filter((size) => size > 0);
  const sorted = sizes.toSorted((left, right) => left - right);
  const [largest, median] = [sorted.at(-1) ?? 0, sorted[sorted.length >> 1] ?? 0];
  return largest > 1000 * median
    ? [`single episodes decide the reward: the largest is ${figure(largest)}, the median ${figure(median)}`]
    : [];
}

/** A number to four digits. */
const figure = (value: number): string => String(Number(value.toPrecision(4)));
