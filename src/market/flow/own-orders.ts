import { doubled } from "../book/price-ladder.ts";

/** Ids of a trader's orders. Those that have traded stay listed until they are met: to draw one of them is to do nothing. */
export class OwnOrders {
  ids = new Float64Array(64);
  count = 0;

  add(id: number): void {
    if (this.count === this.ids.length) this.ids = doubled(this.ids);
    this.ids[this.count++] = id;
  }

  removeAt(index: number): void {
    this.ids[index] = this.ids[--this.count]!;
  }
}
