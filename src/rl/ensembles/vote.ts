import { ensembleKind } from "../ensemble.ts";
import { mix } from "../mix.ts";

/** What weighs less than any whole vote: it decides among choices with equally many. */
const tieBreak = 1e-3;

/**
 * Each member has one vote for the choice that it likes best; among choices with equally many votes the members' probabilities
 * decide. Over numbers, the median of the members': an outlier moves a mean but no median.
 */
export default ensembleKind({
  name: "vote",
  params: {},
  hasController: false,
  start({ memberCount, actionSpace }) {
    const sorted = new Float32Array(memberCount);
    return (_, count, preferences, out, weights) => {
      weights.fill(1 / memberCount);
      if (actionSpace.kind === "discrete") countVotes(preferences, actionSpace.count, weights, count, out);
      else takeMedians(preferences, sorted, out);
    };
  },
});

/** Shares of votes, with so little of the mean probabilities mixed in that it only breaks ties. */
function countVotes(preferences: readonly Float32Array[], choices: number, weights: Float32Array, count: number, out: Float32Array): void {
  mix(preferences, weights, count, out);
  for (let at = 0; at < out.length; at++) out[at]! *= tieBreak;
  const vote = (1 - tieBreak) / preferences.length;
  for (const shares of preferences) {
    for (let row = 0; row < count; row++) {
      let best = row * choices;
      for (let at = best + 1; at < (row + 1) * choices; at++) if (shares[at]! > shares[best]!) best = at;
      out[best]! += vote;
    }
  }
}

function takeMedians(preferences: readonly Float32Array[], sorted: Float32Array, out: Float32Array): void {
  const middle = sorted.length >> 1;
  for (let at = 0; at < out.length; at++) {
    preferences.forEach((numbers, member) => (sorted[member] = numbers[at]!));
    sorted.sort();
    out[at] = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }
}
