import { z } from "zod";
import { diffusionBars, generator, invalidParam } from "../generator.ts";

const asset = z.strictObject({ drift: z.number().default(0.05), volatility: z.number().min(0).default(0.2) });

/**
 * Several geometric Brownian motions whose log returns have a correlation: one number for all pairs, or the whole matrix. Draws are
 * mixed by its Cholesky factor.
 */
export default generator({
  name: "correlated",
  params: {
    assets: z
      .array(asset)
      .min(1)
      .default([asset.parse({}), asset.parse({}), asset.parse({})]),
    correlation: z.union([z.number().min(-1).max(1), z.array(z.array(z.number().min(-1).max(1)))]).default(0.5),
  },
  generate({ assets, correlation }, request) {
    const count = assets.length;
    const factor = choleskyOf(
      typeof correlation === "number"
        ? Array.from({ length: count }, (_, row) => Array.from({ length: count }, (__, column) => (row === column ? 1 : correlation)))
        : correlation,
      count,
    );
    return diffusionBars("correlated", request, count, (random) => {
      const draws = new Float64Array(count);
      return (years, logReturns) => {
        for (let index = 0; index < count; index++) draws[index] = random.normal();
        for (const [index, { drift, volatility }] of assets.entries()) {
          let mixed = 0;
          for (let column = 0; column <= index; column++) mixed += factor[index]![column]! * draws[column]!;
          logReturns[index] = (drift - volatility ** 2 / 2) * years + volatility * Math.sqrt(years) * mixed;
        }
      };
    });
  },
});

/** The lower triangle whose product with its transpose is a correlation matrix; refuses a matrix that is none. */
function choleskyOf(matrix: readonly (readonly number[])[], count: number): number[][] {
  const shaped = matrix.length === count && matrix.every((row) => row.length === count);
  if (!shaped || !matrix.every((row, index) => row[index] === 1 && row.every((value, column) => value === matrix[column]![index])))
    throw invalidParam(
      "correlation",
      `is no symmetric ${count} × ${count} matrix with ones on its diagonal`,
      "Give one number, or the whole matrix.",
    );
  const factor = matrix.map((row) => row.map(() => 0));
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row]![column]!;
      for (let index = 0; index < column; index++) rest -= factor[row]![index]! * factor[column]![index]!;
      if (row === column && rest < -1e-12)
        throw invalidParam("correlation", "no returns can have it: it is not positive semidefinite", "Bring the numbers nearer to 0.");
      // A diagonal of 0 is an asset that follows from those before it; what is left of others against it is noise.
      const diagonal = factor[column]![column]!;
      factor[row]![column] = row === column ? Math.sqrt(Math.max(0, rest)) : diagonal > 1e-9 ? rest / diagonal : 0;
    }
  }
  return factor;
}
