import type { Excitation } from "./hawkes-process.ts";

/** What a preset says of a market. */
interface FlowPreset {
  readonly startTicks: number;
  readonly warmUpMs: number;
  readonly traders: { name: string; params?: Record<string, unknown>; count?: number }[];
}

/**
 * `fitFlow` of order-by-order messages of Bitstamp's BTC/USD, 2015-05-01 00:00–05:05 UTC (the recording that ob-analytics keeps):
 * 46,241 events in 18,278 s. Ticks are 0.01 USD, lots 0.01 BTC; distances beyond 1,000 ticks are left out.
 */
const bitstamp = {
  crowd: {
    distances: [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000],
    limitRates: [0.00249, 0.00566, 0.00834, 0.0139, 0.0156, 0.0149, 0.0213, 0.0261, 0.0657, 0.0452, 0.0235, 0.0731, 0.237, 0.0513, 0.0259],
    cancelRates: [
      0.0147, 0.0114, 0.0232, 0.0195, 0.0192, 0.0127, 0.0182, 0.0199, 0.0175, 0.00916, 0.00295, 0.00853, 0.0153, 0.00413, 0.00152,
    ],
    limitLots: [18, 57, 200, 367, 378, 625, 799, 861, 864, 865, 866, 868, 1320, 1610, 2740, 4890],
    marketLots: [2, 4, 5, 7, 11, 16, 21, 21, 28, 51, 88, 100, 177, 212, 415, 947],
    reachTicks: 0,
  },
  marketRate: 0.0155,
  hawkes: {
    marketRate: 0.00643,
    limitFactor: 0.0024,
    cancelFactor: 0.154,
    excitation: bothSides(
      [235, 1.69, 0.144],
      [
        [
          [0, 0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0.0495, 0.000514],
        ],
        [
          [0.393, 0, 0, 0, 0.000716, 0],
          [0.0209, 0.0541, 0, 0, 0.363, 0],
          [0.00932, 0.0619, 0.303, 0.0412, 0.000968, 0.0436],
        ],
        [
          [0.0265, 0.0337, 0.0001, 0.0002, 0.00125, 0.00101],
          [0.409, 0.314, 0, 0, 0.631, 0],
          [0.0706, 0.0066, 0.283, 0, 0.111, 0],
        ],
      ],
    ),
  },
};

/**
 * `fitFlow` of depth updates and trades of Binance's BTCUSDT perpetual, 2024-08-08 from 23:59 UTC on (the recording that
 * hftbacktest keeps): 107,578 events in 345 s. Ticks are 0.1 USDT, lots 0.001 BTC; distances beyond 200 ticks are left out. Levels
 * tell less than orders do: an event is a level's change within an update.
 */
const binance = {
  crowd: {
    distances: [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200],
    limitRates: [6.98, 0.334, 0.216, 0.361, 0.586, 0.869, 1.95, 2.4, 5.62, 9.62, 16.1, 30.5],
    cancelRates: [0.754, 1.39, 0.822, 3.78, 4.01, 3.72, 2.24, 3.19, 3.21, 2.66, 1.43, 0.803],
    limitLots: [2, 2, 3, 5, 9, 20, 25, 40, 65, 97, 140, 158, 259, 403, 599, 1410],
    marketLots: [2, 2, 3, 5, 8, 11, 16, 25, 35, 50, 77, 114, 191, 337, 878, 3020],
    reachTicks: 126,
  },
  marketRate: 5.39,
  hawkes: {
    marketRate: 1.58,
    limitFactor: 0.148,
    cancelFactor: 0.114,
    excitation: bothSides(
      [863, 19, 0.538],
      [
        [
          [0, 0.025, 0, 0, 0, 0],
          [0, 0, 0.474, 0.0076, 0.321, 0.0231],
          [0, 0.0004, 0.319, 0.0168, 0.536, 0],
        ],
        [
          [0, 0.149, 0.00207, 0, 0, 0.00389],
          [0.00433, 0, 0, 0, 0, 0],
          [0, 0.0617, 0, 0, 0, 0],
        ],
        [
          [0.441, 0, 0.000628, 0, 0, 0.0001],
          [0.00354, 0.000526, 0.00321, 0.00903, 0.0105, 0.00414],
          [0, 0, 0, 0.00843, 0.0003, 0.0003],
        ],
      ],
    ),
  },
};

type Fitted = typeof bitstamp;

const zeroIntelligence = ({ crowd, marketRate }: Fitted) => [{ name: "zero-intelligence", params: { ...crowd, marketRate } }];

const excited = ({ crowd, hawkes }: Fitted) => [{ name: "hawkes", params: { ...crowd, ...hawkes } }];

const likeBitstamp = { startTicks: 23_600, warmUpMs: 600_000 };
const likeBinance = { startTicks: 617_000, warmUpMs: 10_000 };
const plain = { startTicks: 10_000, warmUpMs: 10_000 };

/**
 * Synthetic markets that are ready: order flow fitted from a recorded day, Poisson or excited; `zero-intelligence` and `hawkes`
 * with the traders' own defaults; and `mixed`, in which everyone meets everyone, with parameters that are chosen, not fitted.
 */
export const flowPresets: Readonly<
  Record<
    | "zero-intelligence"
    | "hawkes"
    | "mixed"
    | "bitstamp-zero-intelligence"
    | "bitstamp-hawkes"
    | "binance-zero-intelligence"
    | "binance-hawkes",
    FlowPreset
  >
> = {
  "zero-intelligence": { ...plain, traders: [{ name: "zero-intelligence" }] },
  "hawkes": { ...plain, traders: [{ name: "hawkes" }] },
  "mixed": {
    ...plain,
    traders: [
      { name: "zero-intelligence" },
      { name: "hawkes" },
      { name: "market-maker", count: 4 },
      { name: "momentum", count: 3 },
      { name: "mean-reversion", count: 3 },
      { name: "informed", count: 2 },
    ],
  },
  "bitstamp-zero-intelligence": { ...likeBitstamp, traders: zeroIntelligence(bitstamp) },
  "bitstamp-hawkes": { ...likeBitstamp, traders: excited(bitstamp) },
  "binance-zero-intelligence": { ...likeBinance, traders: zeroIntelligence(binance) },
  "binance-hawkes": { ...likeBinance, traders: excited(binance) },
};

/** The excitation of all six types from that of a buy, a bid and a cancelled bid: sellers mirror it. */
function bothSides(decays: readonly number[], ofBuyers: readonly (readonly (readonly number[])[])[]): Excitation {
  const mirrored = (row: readonly number[]) => row.map((_, cause) => row[cause ^ 1]!);
  return { decays: [...decays], branching: ofBuyers.map((rows) => rows.flatMap((row) => [[...row], mirrored(row)])) };
}
