import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import { portfolioStrategy } from "../strategy.ts";

/**
 * Pairs trading (Gatev, Goetzmann & Rouwenhorst, 2006): the log price of the first instrument is regressed on that of the second over the
 * last moments at which both have closed (Engle & Granger, 1987). When the last residual is `entry` standard errors away, the dear leg is
 * sold short and the cheap one bought, values as the hedge ratio says, both together `gross` of equity; both are left when it is within
 * `exit`, on the other side, or beyond `stop`, after which it has to come within `entry` first. A ratio that is not positive is no pair.
 */
export default portfolioStrategy({
  name: "pairs",
  summary: "the spread of two instruments comes back (Gatev, Goetzmann & Rouwenhorst, 2006)",
  params: {
    lookback: z.int().min(3).max(10_000).default(60).describe("Moments of the regression"),
    entry: z.number().positive().default(2).describe("Standard errors at which the legs are taken"),
    exit: z.number().min(0).default(0.5).describe("Standard errors at which they are left"),
    stop: z.number().positive().default(4).describe("Standard errors at which they are given up"),
    gross: z.number().positive().max(1).default(1).describe("Value of both legs as a share of equity"),
  },
  needsCommonCloses: true,
  start({ lookback, entry, exit, stop, gross }, instruments) {
    checkSettings({ entry, exit, stop }, instruments.length);
    const logs = [0, 1].map((): number[] => []);
    let [side, isBarred] = [0, false];
    return {
      update({ fresh: [first, second] }) {
        if (!first || !second) return;
        for (const [leg, bar] of [first, second].entries()) {
          logs[leg]!.push(Math.log(bar.close));
          if (logs[leg]!.length > lookback) logs[leg]!.shift();
        }
      },
      onMoment({ fresh: [first, second] }) {
        if (!first || !second || logs[0]!.length < lookback) return null;
        const { slope, score } = residualScore(logs[0]!, logs[1]!);
        const isPair = slope > 0 && score !== null;
        const before = side;
        if (side !== 0 && (!isPair || -side * score <= exit || Math.abs(score) >= stop)) {
          isBarred = isPair && Math.abs(score) >= stop;
          side = 0;
        } else if (side === 0 && isPair) {
          if (Math.abs(score) < entry) isBarred = false;
          else if (!isBarred && Math.abs(score) < stop) side = -Math.sign(score);
        }
        if (side === before) return null; // The legs are held as they were taken.
        const leg = gross / (1 + slope);
        return side === 0 ? [0, 0] : [side * leg, -side * leg * slope];
      },
    };
  },
});

function checkSettings({ entry, exit, stop }: { entry: number; exit: number; stop: number }, count: number): void {
  if (count !== 2) throw invalid("data", `a pair is two instruments, and these are ${count}`, "Name two data sets.");
  if (!(exit < entry && entry < stop))
    throw invalid("entry", `exit ${exit}, entry ${entry} and stop ${stop} do not ascend`, "Choose exit < entry < stop.");
}

const invalid = (path: string, message: string, hint: string) => new UserError("config/invalid", message, { path, hint });

/** Least squares of y on x with a constant: the slope, and the last residual over the standard error (n − 2); null where there is none. */
function residualScore(y: readonly number[], x: readonly number[]): { slope: number; score: number | null } {
  const count = y.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (let row = 0; row < count; row++) {
    xx += (x[row]! - meanX) ** 2;
    xy += (x[row]! - meanX) * (y[row]! - meanY);
  }
  const slope = xx > 0 ? xy / xx : NaN;
  const residuals = y.map((value, row) => value - meanY - slope * (x[row]! - meanX));
  const error = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / (count - 2));
  return { slope, score: error > 1e-12 ? residuals.at(-1)! / error : null };
}
