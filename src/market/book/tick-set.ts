/** How many different numbers a `TickSet` can hold at most: three layers of 32. */
export const tickSetLimit = 32_768;

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);
const highestBit = (word: number): number => 31 - Math.clz32(word);

/** A set of whole numbers from 0 to 32,767 as three layers of bitmaps: its next member either way takes at most five word reads. */
export class TickSet {
  private readonly words = new Int32Array(tickSetLimit >> 5);
  private readonly groups = new Int32Array(tickSetLimit >> 10);
  private top = 0;

  add(value: number): void {
    const word = value >> 5;
    const group = value >> 10;
    this.words[word]! |= 1 << value;
    this.groups[group]! |= 1 << word;
    this.top |= 1 << group;
  }

  remove(value: number): void {
    const word = value >> 5;
    const group = value >> 10;
    if ((this.words[word]! &= ~(1 << value)) !== 0) return;
    if ((this.groups[group]! &= ~(1 << word)) === 0) this.top &= ~(1 << group);
  }

  clear(): void {
    this.words.fill(0);
    this.groups.fill(0);
    this.top = 0;
  }

  /** The least member that is at least `value`, or −1. */
  next(value: number): number {
    const word = value >> 5;
    const group = value >> 10;
    const inWord = this.words[word]! & (-1 << value);
    if (inWord !== 0) return (word << 5) | lowestBit(inWord);
    const inGroup = this.groups[group]! & (-2 << word);
    if (inGroup !== 0) return this.lowestOfWord((group << 5) | lowestBit(inGroup));
    const inTop = this.top & (-2 << group);
    if (inTop === 0) return -1;
    const other = lowestBit(inTop);
    return this.lowestOfWord((other << 5) | lowestBit(this.groups[other]!));
  }

  /** The greatest member that is at most `value`, or −1. */
  previous(value: number): number {
    const word = value >> 5;
    const group = value >> 10;
    const inWord = this.words[word]! & ~(-2 << value);
    if (inWord !== 0) return (word << 5) | highestBit(inWord);
    const inGroup = this.groups[group]! & ~(-1 << word);
    if (inGroup !== 0) return this.highestOfWord((group << 5) | highestBit(inGroup));
    const inTop = this.top & ~(-1 << group);
    if (inTop === 0) return -1;
    const other = highestBit(inTop);
    return this.highestOfWord((other << 5) | highestBit(this.groups[other]!));
  }

  private lowestOfWord(word: number): number {
    return (word << 5) | lowestBit(this.words[word]!);
  }

  private highestOfWord(word: number): number {
    return (word << 5) | highestBit(this.words[word]!);
  }
}
