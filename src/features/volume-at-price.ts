import { recentValues } from "./lag.ts";

/** At which prices the last bars traded. */
export interface VolumeProfile {
  /** Middle of the bin with the most volume, the lowest of equal ones. */
  readonly pointOfControl: number;
  /** Bounds of the bins around it that hold the chosen share of all volume. */
  readonly top: number;
  readonly bottom: number;
  update(price: number, volume: number): void;
}

/**
 * Volume of the last `period` bars in `bins` equal bins from their lowest to their highest price, counted anew with every bar, as the
 * bins move.
 */
export function volumeProfile(period: number, bins: number, share: number): VolumeProfile {
  const prices = recentValues(period);
  const volumes = recentValues(period);
  const traded = new Float64Array(bins);

  const lowestPrice = () => {
    let least = Infinity;
    for (let index = 0; index < period; index++) least = Math.min(least, prices.values[index]!);
    return least;
  };
  const highestPrice = () => {
    let most = -Infinity;
    for (let index = 0; index < period; index++) most = Math.max(most, prices.values[index]!);
    return most;
  };
  /** Fills the bins and returns what is in all of them; `even` counts bars instead of volume. */
  const count = (floor: number, width: number, even: boolean) => {
    traded.fill(0);
    let total = 0;
    for (let index = 0; index < period; index++) {
      const volume = even ? 1 : volumes.values[index]!;
      const bin = width > 0 ? Math.min(bins - 1, Math.floor((prices.values[index]! - floor) / width)) : 0;
      traded[bin] = traded[bin]! + volume;
      total += volume;
    }
    return total;
  };
  const fullestBin = () => {
    let fullest = 0;
    for (let bin = 1; bin < bins; bin++) if (traded[bin]! > traded[fullest]!) fullest = bin;
    return fullest;
  };

  const profile = {
    pointOfControl: NaN,
    top: NaN,
    bottom: NaN,
    update(price: number, volume: number) {
      prices.update(price);
      volumes.update(volume);
      const floor = lowestPrice();
      const width = (highestPrice() - floor) / bins;
      if (Number.isNaN(width)) return;
      const total = count(floor, width, false) || count(floor, width, true);
      const fullest = fullestBin();
      let first = fullest;
      let last = fullest;
      let held = traded[fullest]!;
      while (held < share * total && (first > 0 || last < bins - 1)) {
        const below = first > 0 ? traded[first - 1]! : -1;
        const above = last < bins - 1 ? traded[last + 1]! : -1;
        held += above >= below ? traded[++last]! : traded[--first]!;
      }
      profile.pointOfControl = floor + (fullest + 0.5) * width;
      profile.top = floor + (last + 1) * width;
      profile.bottom = floor + first * width;
    },
  };
  return profile;
}
