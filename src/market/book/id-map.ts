const firstSize = 64;

/** From order ids (positive safe integers) to slots, by open addressing with linear probing; a deletion moves its followers up, so no tombstones gather. */
export class IdMap {
  private keys = new Float64Array(firstSize);
  private slots = new Int32Array(firstSize);
  private mask = firstSize - 1;
  /** How many ids are held. */
  size = 0;

  /** The slot of an id, or −1. */
  get(id: number): number {
    const { keys, mask } = this;
    for (let place = hash(id) & mask; ; place = (place + 1) & mask) {
      const key = keys[place]!;
      if (key === 0) return -1; // First, for 0 itself is asked for too.
      if (key === id) return this.slots[place]!;
    }
  }

  /** Adds an id that is not held. */
  add(id: number, slot: number): void {
    if (++this.size * 2 > this.mask) this.grow();
    this.put(id, slot);
  }

  /** Removes an id if it is held. */
  remove(id: number): void {
    if (id === 0) return; // Empty places hold 0.
    const { keys, slots, mask } = this;
    let hole = hash(id) & mask;
    for (; keys[hole] !== id; hole = (hole + 1) & mask) if (keys[hole] === 0) return;
    this.size--;
    for (let place = (hole + 1) & mask; keys[place] !== 0; place = (place + 1) & mask) {
      const home = hash(keys[place]!) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue; // It stands between the hole and itself: it must not move before its home.
      keys[hole] = keys[place]!;
      slots[hole] = slots[place]!;
      hole = place;
    }
    keys[hole] = 0;
  }

  clear(): void {
    this.keys.fill(0);
    this.size = 0;
  }

  private put(id: number, slot: number): void {
    const { keys, mask } = this;
    let place = hash(id) & mask;
    while (keys[place] !== 0) place = (place + 1) & mask;
    keys[place] = id;
    this.slots[place] = slot;
  }

  private grow(): void {
    const { keys, slots } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.slots = new Int32Array(keys.length * 2);
    this.mask = this.keys.length - 1;
    for (let place = 0; place < keys.length; place++) if (keys[place] !== 0) this.put(keys[place]!, slots[place]!);
  }
}

function hash(id: number): number {
  const mixed = Math.imul(id ^ Math.imul(id * 2 ** -32, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
