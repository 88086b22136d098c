import type { Random } from "../../base/index.ts";
import { type Space, widthOf } from "../space.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import type { AuditSubject, Books } from "./subject.ts";
import { boundsOf, hasEnded, randomActions } from "./trial.ts";

/** Plays all environments at once: writes their next actions, from what they show. */
export type Player = (environment: VectorEnvironment, step: number, actions: Float32Array) => void;

/**
 * How one episode went: the sum of its rewards, what it gained and its deepest fall from a peak, both as shares of its initial equity,
 * or in money units where it began with none. A gain that the subject measures itself is in its own unit.
 */
export interface Episode {
  readonly reward: number;
  readonly gain: number;
  readonly drawdown: number;
}

/** A policy's episodes and their means. */
export interface Standing {
  readonly name: string;
  readonly reward: number;
  readonly gain: number;
  readonly drawdown: number;
  readonly episodes: readonly Episode[];
}

/** Actions by name: what the subject names, the labels of choices, or the ends and the middle of a box. */
export function actionChoices({ actions }: Pick<AuditSubject, "actions">, space: Space): ReadonlyMap<string, readonly number[]> {
  if (actions) return new Map(Object.entries(actions));
  if (space.kind === "discrete") {
    const apart = Math.max(1, space.count / 8); // Of many choices, eight.
    const chosen = Array.from({ length: Math.min(space.count, 8) }, (_, index) => Math.floor(index * apart));
    return new Map(chosen.map((action) => [space.labels?.[action] ?? `action ${action}`, [action]]));
  }
  const { low, high } = boundsOf(space);
  const all = (value: number) => new Array<number>(space.size).fill(Math.min(high, Math.max(low, value)));
  const named: [string, number[]][] = [
    ["all low", all(low)],
    ["all 0", all(0)],
    ["all high", all(high)],
  ];
  if (space.size > 1) {
    for (let part = 0; part < Math.min(space.size, 4); part++) {
      named.push([`number ${part} high`, all(low).with(part, high)], [`number ${part} alone`, all(0).with(part, high)]);
    }
  }
  return new Map(named);
}

/** The choice that leaves an account without a position alone, if a name says which. */
export const restingChoice = (choices: ReadonlyMap<string, readonly number[]>): readonly number[] | undefined =>
  choices.get("flat") ?? choices.get("hold") ?? choices.get("all 0");

/** The action that wants an exposure of −1, 0 or 1: by its label, or as the number itself. */
export function actionFor(space: Space, exposure: number): number {
  if (space.kind === "box") return Math.max(space.low, exposure);
  const labels = exposure > 0 ? ["long", "buy"] : exposure < 0 ? ["short", "sell"] : ["flat", "hold"];
  const index = (space.labels ?? []).findIndex((name) => labels.includes(name));
  return Math.max(0, index); // Where one cannot be short, the first choice is flat.
}

/** Policies that look at nothing: every named action always, churning between two opposites, and chance. */
export function adversariesOf(subject: AuditSubject, space: Space, random: Random): ReadonlyMap<string, Player> {
  const choices = actionChoices(subject, space);
  const players = new Map<string, Player>();
  for (const [name, choice] of choices) players.set(`always ${name}`, constantly(choice));
  const [one, other] = opposites(choices);
  for (const period of [1, 5]) {
    const [first, second] = [constantly(one), constantly(other)];
    const name = period === 1 ? "churn" : `churn every ${period} steps`;
    players.set(name, (environment, step, actions) => (Math.floor(step / period) % 2 === 0 ? first : second)(environment, step, actions));
  }
  players.set("random", (environment, _step, actions) => actions.set(randomActions(space, environment.count, random)));
  return players;
}

const constantly =
  (choice: readonly number[]): Player =>
  (_environment, _step, actions) => {
    for (let at = 0; at < actions.length; at += choice.length) actions.set(choice, at);
  };

function opposites(choices: ReadonlyMap<string, readonly number[]>): readonly [readonly number[], readonly number[]] {
  const pairs = [
    ["long", "short"],
    ["long", "flat"],
    ["buy", "sell"],
    ["number 0 high", "number 1 high"],
    ["all high", "all low"],
  ] as const;
  const pair = pairs.find(([one, other]) => choices.has(one) && choices.has(other));
  const all = [...choices.values()];
  return pair ? [choices.get(pair[0])!, choices.get(pair[1])!] : [all.at(-1)!, all[0]!];
}

/** What of a subject tells how an episode went. */
type Played = Pick<AuditSubject, "episodeGain"> & { readonly books: Books };

/** The first episode of each environment; those that are not over after `maxSteps` are left out. */
function playEpisodes(environment: VectorEnvironment, subject: Played, player: Player, maxSteps: number): (Episode | undefined)[] {
  const { count } = environment;
  const { books } = subject;
  const initial = Array.from({ length: count }, (_, index) => books.ledger(environment, index).equity);
  const [sums, peaks, falls] = [new Float64Array(count), Float64Array.from(initial), new Float64Array(count)];
  const episodes: (Episode | undefined)[] = Array.from({ length: count }, () => undefined);
  const actions = new Float32Array(count * widthOf(environment.actionSpace));
  for (let step = 0, left = count; step < maxSteps && left > 0; step++) {
    player(environment, step, actions);
    environment.step(actions.slice());
    for (let index = 0; index < count; index++) {
      if (episodes[index]) continue;
      const ended = hasEnded(environment, index);
      const equity = ended ? books.finalEquity(environment, index) : books.ledger(environment, index).equity;
      sums[index]! += environment.rewards[index]!;
      peaks[index] = Math.max(peaks[index]!, equity);
      falls[index] = Math.max(falls[index]!, peaks[index]! - equity);
      if (!ended) continue;
      const unit = initial[index]! > 0 ? initial[index]! : 1;
      const gain = subject.episodeGain?.(environment, index) ?? (equity - initial[index]!) / unit;
      episodes[index] = { reward: sums[index]!, gain, drawdown: falls[index]! / unit };
      left--;
    }
  }
  return episodes;
}

/** Lets each player play from a reset with the same seed and keeps the episodes that all of them have finished. */
export function standingsOf(
  environment: VectorEnvironment,
  { seed, maxSteps, ...subject }: Played & { readonly seed: number; readonly maxSteps: number },
  players: ReadonlyMap<string, Player>,
): Standing[] {
  const played = [...players].map(([name, player]) => {
    environment.reset(seed);
    return { name, all: playEpisodes(environment, subject, player, maxSteps) };
  });
  return played.map(({ name, all }) => {
    const episodes = all.filter((_, index) => played.every((other) => other.all[index])) as Episode[];
    const mean = (of: (episode: Episode) => number) => episodes.reduce((sum, episode) => sum + of(episode), 0) / episodes.length;
    return {
      name,
      reward: mean(({ reward }) => reward),
      gain: mean(({ gain }) => gain),
      drawdown: mean(({ drawdown }) => drawdown),
      episodes,
    };
  });
}
