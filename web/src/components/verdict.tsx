import type { Report } from "../../../src/api/contract.ts";
import { probability, signedDecimal, wholePercent } from "../format.ts";

/** What the numbers allow to say, in words, with the interval behind it. `brief` keeps to the first sentences. */
export function Verdict({ report: { verdict, significance }, brief = false }: { report: Report; brief?: boolean }) {
  const sentences = brief ? verdict.sentences.slice(0, 3) : verdict.sentences;
  return (
    <div className={`verdict ${verdict.skill}`} data-skill={verdict.skill}>
      <p className="headline">{verdict.headline}</p>
      <div className="sentences">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <p className="evidence">
        {significance.statistic}: {signedDecimal(significance.estimate)}, {wholePercent(significance.level)} interval{" "}
        {signedDecimal(significance.low)} to {signedDecimal(significance.high)}, p = {probability(significance.pValue)} (
        {significance.method}).
      </p>
    </div>
  );
}
