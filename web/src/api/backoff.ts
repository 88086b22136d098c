/** Milliseconds to wait before the attempt after `failures` failed ones: 1 s, doubling, at most 15 s. */
export const backoffMs = (failures: number): number => Math.min(15_000, 1000 * 2 ** Math.max(0, failures - 1));
