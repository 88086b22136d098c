const lanczos = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_59,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];

/** ln Γ(x) for x ≥ ½, by Lanczos' approximation with nine terms (g = 7), to about 15 digits. */
function logGamma(x: number): number {
  let sum = lanczos[0]!;
  for (let term = 1; term < lanczos.length; term++) sum += lanczos[term]! / (x - 1 + term);
  const shifted = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}

/** I_x(a, b), the regularised incomplete beta function, a and b ≥ ½: continued fraction 26.5.8 of Abramowitz & Stegun, after Lentz. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a); // There the fraction converges quickly.
  let fraction = 1,
    upper = 1,
    lower = 0;
  for (let term = 1; term < 100_000; term++) {
    const half = Math.floor(term / 2);
    const even = (half * (b - half) * x) / ((a + term - 1) * (a + term));
    const numerator = term % 2 === 0 ? even : (-(a + half) * (a + b + half) * x) / ((a + term - 1) * (a + term));
    lower = 1 / (1 + numerator * lower);
    upper = 1 + numerator / upper;
    fraction *= upper * lower;
    if (Math.abs(upper * lower - 1) < 1e-16) break;
  }
  return Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a / fraction;
}

/** P(|T| ≥ |t|) of Student's distribution with `degrees` (at least 1) degrees of freedom: a two-sided p value, also far out. */
export const studentTail = (t: number, degrees: number): number => incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);

/** Within which distance of 0 Student's t of so many `degrees` of freedom lies with probability `level` (below 1). */
export function studentQuantile(level: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (1 - studentTail(high, degrees) < level) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-14 * high; round++) {
    const middle = (low + high) / 2;
    if (1 - studentTail(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
