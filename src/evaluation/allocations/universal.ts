import { z } from "zod";
import { allocation } from "../allocation-definition.ts";
import type { ReturnWindow } from "../portfolio-math/covariance.ts";
import { simplexLattice } from "../portfolio-math/simplex-lattice.ts";

/**
 * Cover's universal portfolio (1991): the mean of all constantly rebalanced portfolios b, each weighted by the wealth Π(b · x) that it would
 * have made so far, with every b as likely at first. The integral over the simplex is a sum over an even lattice of at most `points`.
 */
export default allocation({
  name: "universal",
  summary: "the mean of all constantly rebalanced portfolios by the wealth they have made (Cover, 1991)",
  params: { points: z.int().min(1).max(200_000).default(2000).describe("Portfolios that stand for all") },
  needed: () => 0,
  start({ points }) {
    let wealth: CrpWealth | undefined;
    return (past) => {
      if (!wealth?.continues(past)) wealth = new CrpWealth(simplexLattice(past.assets, points), past.assets);
      wealth.add(past);
      return wealth.mean();
    };
  },
});

/** Wealth of constantly rebalanced portfolios over a window that grows. */
class CrpWealth {
  /** [points × assets] */
  private readonly lattice: Float64Array;
  private readonly assets: number;
  private readonly logs: Float64Array;
  private seen = new Float64Array(0);

  constructor(lattice: Float64Array, assets: number) {
    this.lattice = lattice;
    this.assets = assets;
    this.logs = new Float64Array(lattice.length / assets);
  }

  /** Whether a window begins with all that has been added. */
  continues({ values, assets }: ReturnWindow): boolean {
    return assets === this.assets && values.length >= this.seen.length && this.seen.every((value, index) => value === values[index]);
  }

  /** Takes in the rows of a window that are new. */
  add({ values }: ReturnWindow): void {
    const { lattice, assets, logs } = this;
    for (let row = this.seen.length; row < values.length; row += assets) {
      for (let point = 0; point < logs.length; point++) {
        let growth = 1;
        for (let asset = 0; asset < assets; asset++) growth += lattice[point * assets + asset]! * values[row + asset]!;
        logs[point]! += Math.log(growth);
      }
    }
    this.seen = values.slice();
  }

  /** Σ b · wealth(b) ÷ Σ wealth(b). */
  mean(): Float64Array {
    const { lattice, assets, logs } = this;
    const highest = logs.reduce((most, log) => Math.max(most, log), -Infinity); // Only shares of wealth count: nothing overflows.
    const mean = new Float64Array(assets);
    let total = 0;
    for (const [point, log] of logs.entries()) {
      const share = Math.exp(log - highest);
      total += share;
      for (let asset = 0; asset < assets; asset++) mean[asset]! += share * lattice[point * assets + asset]!;
    }
    return mean.map((weight) => weight / total);
  }
}
