import type { Report } from "../../../src/api/contract.ts";
import { probability, signedDecimal, wholePercent } from "../format.ts";

/** What the numbers allow to say, in words, with the interval behind it. */
export function Verdict({ report: { verdict, significance } }: { report: Report }) {
  return (
    <div className={`verdict ${verdict.skill}`} data-skill={verdict.skill}>
      <p className="headline">{verdict.headline}</p>
      {verdict.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p className="evidence">
        {significance.statistic}: {signedDecimal(significance.estimate)}, {wholePercent(significance.level)} interval{" "}
        {signedDecimal(significance.low)} to {signedDecimal(significance.high)}, p = {probability(significance.pValue)} (
        {significance.method}).
      </p>
    </div>
  );
}
