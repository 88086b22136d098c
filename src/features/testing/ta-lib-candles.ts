import { type CandleSetting, candleSettings } from "../candles/candle-settings.ts";
import { callTaLib, type TaLib } from "./ta-lib.ts";

/** TA-Lib's order of its candle settings, and its numbers for what they measure. */
const order = [
  ...["bodyLong", "bodyVeryLong", "bodyShort", "bodyDoji", "shadowLong", "shadowVeryLong", "shadowShort"],
  ...["shadowVeryShort", "near", "far", "equal"],
];
const measures = { body: 0, range: 1, shadows: 2 } as const;

const bytesOfSetting = 24; // Which setting, measure and period, of four bytes each; four unused; the factor.
const bytesOfData = 1 << 18; // Of the module's variables, generously.

/**
 * Writes TA-Lib's default candle settings into a loaded module. The package never calls `TA_Initialize` nor exports it, so that every
 * setting is 0 and most patterns are never found. Where the table lies shows by where a period must stand to move the start of CDLDOJI.
 */
export function setCandleSettings(library: TaLib): void {
  const dojiPeriod = addressOfDojiPeriod(library);
  const table = dojiPeriod - 8 - order.indexOf("bodyDoji") * bytesOfSetting;
  order.forEach((name, index) => {
    const setting = candleSettings[name as CandleSetting];
    if (setting === undefined) return; // No pattern uses bodyVeryLong.
    const address = table + index * bytesOfSetting;
    library.HEAP32.set([index, measures[setting.measure], setting.period], address / 4);
    library.HEAPF64[(address + 16) / 8] = setting.measure === "shadows" ? 2 * setting.factor : setting.factor; // TA-Lib halves it later.
  });
}

function addressOfDojiPeriod(library: TaLib): number {
  const candles = { inputs: [0, 1, 2, 3].map(() => new Float64Array(20)), options: [], outputCount: 1, isInteger: true };
  const lookback = () => callTaLib(library, "CDLDOJI", candles).begin;
  for (let address = 1024; address < bytesOfData; address += 4) {
    const previous = library.HEAP32[address / 4]!;
    if (previous !== 0) continue;
    library.HEAP32[address / 4] = 7;
    const found = lookback() === 7;
    library.HEAP32[address / 4] = 0;
    if (found) return address;
  }
  throw new Error("TA-Lib's table of candle settings was not found in its memory");
}
