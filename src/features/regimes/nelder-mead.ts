/** Where a search for a minimum ended. */
export interface Minimum {
  readonly place: readonly number[];
  readonly value: number;
}

interface SimplexSearch {
  /** Edge of the first simplex along each axis. */
  readonly edge: number;
  /** The search ends where the simplex's values and its places are as close as this. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

/**
 * The downhill simplex (Nelder & Mead, 1965, with the rules of Lagarias et al., 1998): a minimum of a function of a few numbers without its
 * slope. A value that is not a number counts as infinitely high. It never ends higher than it began.
 */
export function nelderMead(
  valueAt: (place: readonly number[]) => number,
  start: readonly number[],
  { edge, tolerance, maxSteps }: SimplexSearch,
): Minimum {
  const size = start.length;
  const corner = (place: readonly number[]): Minimum => {
    const value = valueAt(place);
    return { place, value: Number.isNaN(value) ? Infinity : value };
  };
  let simplex = [start, ...start.map((_, axis) => start.map((value, index) => value + (index === axis ? edge : 0)))].map(corner);
  const sort = () => simplex.sort((left, right) => (left.value === right.value ? 0 : left.value - right.value));
  sort();

  for (let step = 0; step < maxSteps && !isSmall(simplex, tolerance); step++) {
    const [best, worst, second] = [simplex[0]!, simplex[size]!, simplex[size - 1]!];
    const centre = start.map((_, axis) => simplex.slice(0, size).reduce((sum, { place }) => sum + place[axis]!, 0) / size);
    /** On the line from the worst corner through the centre of the others: 1 is its mirror image. */
    const along = (share: number) => corner(centre.map((value, axis) => value + share * (value - worst.place[axis]!)));

    const mirrored = along(1);
    let next: Minimum | undefined;
    if (mirrored.value < best.value) {
      const further = along(2);
      next = further.value < mirrored.value ? further : mirrored;
    } else if (mirrored.value < second.value) {
      next = mirrored;
    } else {
      const nearer = along(mirrored.value < worst.value ? 0.5 : -0.5);
      if (nearer.value < Math.min(mirrored.value, worst.value)) next = nearer;
    }
    if (next) simplex[size] = next;
    else simplex = simplex.map((each) => (each === best ? best : corner(each.place.map((value, axis) => (value + best.place[axis]!) / 2))));
    sort();
  }
  return simplex[0]!;
}

function isSmall(simplex: readonly Minimum[], tolerance: number): boolean {
  const best = simplex[0]!;
  const isNear = (left: number, right: number) => Math.abs(left - right) <= tolerance * (1 + Math.abs(right));
  return simplex.every(({ place, value }) => isNear(value, best.value) && place.every((each, axis) => isNear(each, best.place[axis]!)));
}
