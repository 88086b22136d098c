import { type CandleSetting, candleSettings } from "../candles/candle-settings.ts";
import type { indicators } from "../indicators/index.ts";
import { callTaLib, type TaLib } from "./ta-lib.ts";

/** TA-Lib's order of its candle settings, and its numbers for what they measure. */
const order = [
  ...["bodyLong", "bodyVeryLong", "bodyShort", "bodyDoji", "shadowLong", "shadowVeryLong", "shadowShort"],
  ...["shadowVeryShort", "near", "far", "equal"],
];
const measures = { body: 0, range: 1, shadows: 2 } as const;

/** Each candle pattern with TA-Lib's name for it and, where it has one, TA-Lib's default penetration. */
export const candleTwins: readonly [name: keyof typeof indicators, theirs: string, penetration?: number][] = [
  ["cdl-abandoned-baby", "ABANDONEDBABY", 0.3],
  ["cdl-advance-block", "ADVANCEBLOCK"],
  ["cdl-belt-hold", "BELTHOLD"],
  ["cdl-breakaway", "BREAKAWAY"],
  ["cdl-closing-marubozu", "CLOSINGMARUBOZU"],
  ["cdl-concealing-baby-swallow", "CONCEALBABYSWALL"],
  ["cdl-counterattack", "COUNTERATTACK"],
  ["cdl-dark-cloud-cover", "DARKCLOUDCOVER", 0.5],
  ["cdl-doji", "DOJI"],
  ["cdl-doji-star", "DOJISTAR"],
  ["cdl-dragonfly-doji", "DRAGONFLYDOJI"],
  ["cdl-engulfing", "ENGULFING"],
  ["cdl-evening-doji-star", "EVENINGDOJISTAR", 0.3],
  ["cdl-evening-star", "EVENINGSTAR", 0.3],
  ["cdl-gap-side-by-side-white-lines", "GAPSIDESIDEWHITE"],
  ["cdl-gap-three-methods", "XSIDEGAP3METHODS"],
  ["cdl-gravestone-doji", "GRAVESTONEDOJI"],
  ["cdl-hammer", "HAMMER"],
  ["cdl-hanging-man", "HANGINGMAN"],
  ["cdl-harami", "HARAMI"],
  ["cdl-harami-cross", "HARAMICROSS"],
  ["cdl-high-wave", "HIGHWAVE"],
  ["cdl-hikkake", "HIKKAKE"],
  ["cdl-homing-pigeon", "HOMINGPIGEON"],
  ["cdl-identical-three-crows", "IDENTICAL3CROWS"],
  ["cdl-in-neck", "INNECK"],
  ["cdl-inverted-hammer", "INVERTEDHAMMER"],
  ["cdl-kicking", "KICKING"],
  ["cdl-kicking-by-length", "KICKINGBYLENGTH"],
  ["cdl-ladder-bottom", "LADDERBOTTOM"],
  ["cdl-long-legged-doji", "LONGLEGGEDDOJI"],
  ["cdl-long-line", "LONGLINE"],
  ["cdl-marubozu", "MARUBOZU"],
  ["cdl-mat-hold", "MATHOLD", 0.5],
  ["cdl-matching-low", "MATCHINGLOW"],
  ["cdl-modified-hikkake", "HIKKAKEMOD"],
  ["cdl-morning-doji-star", "MORNINGDOJISTAR", 0.3],
  ["cdl-morning-star", "MORNINGSTAR", 0.3],
  ["cdl-on-neck", "ONNECK"],
  ["cdl-piercing", "PIERCING"],
  ["cdl-rickshaw-man", "RICKSHAWMAN"],
  ["cdl-rise-fall-three-methods", "RISEFALL3METHODS"],
  ["cdl-separating-lines", "SEPARATINGLINES"],
  ["cdl-shooting-star", "SHOOTINGSTAR"],
  ["cdl-short-line", "SHORTLINE"],
  ["cdl-spinning-top", "SPINNINGTOP"],
  ["cdl-stalled-pattern", "STALLEDPATTERN"],
  ["cdl-stick-sandwich", "STICKSANDWICH"],
  ["cdl-takuri", "TAKURI"],
  ["cdl-tasuki-gap", "TASUKIGAP"],
  ["cdl-three-black-crows", "3BLACKCROWS"],
  ["cdl-three-inside", "3INSIDE"],
  ["cdl-three-line-strike", "3LINESTRIKE"],
  ["cdl-three-outside", "3OUTSIDE"],
  ["cdl-three-stars-in-south", "3STARSINSOUTH"],
  ["cdl-three-white-soldiers", "3WHITESOLDIERS"],
  ["cdl-thrusting", "THRUSTING"],
  ["cdl-tristar", "TRISTAR"],
  ["cdl-two-crows", "2CROWS"],
  ["cdl-unique-three-river", "UNIQUE3RIVER"],
  ["cdl-upside-gap-two-crows", "UPSIDEGAP2CROWS"],
];

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
