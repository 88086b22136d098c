/** Lengths along each axis; `[]` is a scalar. */
export type Shape = readonly number[];

/** How many numbers a shape holds. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

/** Whether two shapes are the same, axis by axis. */
export const sameShape = (left: Shape, right: Shape): boolean =>
  left.length === right.length && left.every((length, axis) => length === right[axis]);

/** The common shape of two operands under NumPy's broadcasting, or undefined where they do not fit. */
export function broadcast(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return undefined;
    shape.push(a === 1 ? b : a);
  }
  return shape;
}

/** Distance in memory between neighbours along each axis, row-major; 0 along axes that are repeated to reach `target`. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = new Array<number>(target.length).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) strides[axis + target.length - shape.length] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** A shape as people read it: `[64, 3]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;
