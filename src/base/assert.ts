/** A broken promise of our own code. It is never caught to carry on: the program stops and says where. */
export class Bug extends Error {
  override name = "Bug";
}

/** Stops the program when something that our own code guarantees does not hold. For users' mistakes see `errors.ts`. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}
