import { type Random, UserError } from "../../base/index.ts";
import { attributionOf } from "./feature-attribution.ts";
import { type CoalitionGame, coalitionGame, type ShapleyValues } from "./coalition-game.ts";
import { exactShapley, mostExactPlayers } from "./exact-shapley.ts";
import { type ExplainedFunction, rowsOf } from "./explained-function.ts";
import type { FeatureAttribution } from "./explanation-document.ts";
import { type FeatureGroup, featureGroups, groupOfColumn } from "./feature-groups.ts";
import { kernelShap } from "./kernel-shap.ts";
import { permutationShap } from "./permutation-shap.ts";

/** How decisions are taken apart. */
export interface ShapleyOptions {
  readonly random: Random;
  /** Observations [rows × inputs] that stand for not knowing. */
  readonly background: Float32Array;
  /** The decisions, by row; all unless given. */
  readonly rows?: readonly number[];
  /** One a feature, over the whole window, unless given. */
  readonly groups?: readonly FeatureGroup[];
  /** Unless given, exact up to ten features and random orders beyond. */
  readonly method?: "exact" | "kernel" | "permutation";
  /** Coalitions that Kernel SHAP asks for, besides two a feature. */
  readonly samples?: number;
  /** Random orders, each gone through forwards and backwards. */
  readonly orders?: number;
}

const methodNames = { exact: "exact-shapley", kernel: "kernel-shap", permutation: "permutation-shap" } as const;

/** What each feature added to decisions, as Shapley values: in sum the answer less the mean answer to the background. */
export function shapley(explained: ExplainedFunction, observations: Float32Array, options: ShapleyOptions): FeatureAttribution {
  const { random, background, groups = featureGroups(explained.inputs), samples = 2048, orders = 64 } = options;
  const { method = groups.length <= 10 ? "exact" : "permutation" } = options;
  const size = explained.inputs.length;
  const count = rowsOf(explained, observations, "observations");
  rowsOf(explained, background, "background");
  const { rows = Array.from({ length: count }, (_, row) => row) } = options;
  requireRows(rows, count);
  requireEffort(method, groups.length, samples, orders);
  const owner = groupOfColumn(groups, explained.inputs);
  const solveGame = (game: CoalitionGame): ShapleyValues => {
    if (method === "exact") return exactShapley(game);
    return method === "kernel" ? kernelShap(game, 2 * game.players + samples, random) : permutationShap(game, orders, random);
  };
  const found = rows.map((row) => {
    const observation = observations.subarray(row * size, (row + 1) * size);
    const { values, standardErrors } = solveGame(coalitionGame(explained, observation, background, owner, groups.length));
    return { row, values, ...(standardErrors && { standardErrors }) };
  });
  return attributionOf(methodNames[method], explained, groups, observations, background, found);
}

/** Rows that are there, at least one. */
export function requireRows(rows: readonly number[], count: number): void {
  if (rows.length > 0 && rows.every((row) => Number.isInteger(row) && row >= 0 && row < count)) return;
  throw new UserError("config/invalid", `rows: ${rows.join(", ") || "none"}`, { path: "rows", hint: `Name rows from 0 to ${count - 1}.` });
}

function requireEffort(method: string, players: number, samples: number, orders: number): void {
  const wrong = (path: string, value: number, hint: string) => new UserError("config/invalid", `${path}: ${value}`, { path, hint });
  if (!(Number.isInteger(samples) && samples >= 0)) throw wrong("samples", samples, "Use a whole number from 0 up.");
  if (!(Number.isInteger(orders) && orders >= 1)) throw wrong("orders", orders, "Use a whole number from 1 up.");
  if (method === "exact" && players > mostExactPlayers)
    throw wrong("groups", players, `Exact values are for up to ${mostExactPlayers} groups; take "kernel" or "permutation".`);
}
