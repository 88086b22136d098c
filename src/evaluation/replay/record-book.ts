import { type BookEnvironment, depthOf, selfPlayEnvironment, type SharedBookEnvironment, widthOf } from "../../env/index.ts";
import { type Actor, recordEpisode } from "./record.ts";
import type { EpisodeRecording, EpisodeTitle, Scene } from "./recording.ts";

/** An episode in a synthetic order book. */
export interface BookEpisode {
  readonly environment: BookEnvironment;
  readonly actor: Actor;
  readonly name: string;
  readonly agent: string;
  readonly facts?: EpisodeTitle["facts"];
  readonly seed: number;
  /** Which of the environments is watched; 0 unless given. */
  readonly index?: number;
  readonly maxSteps?: number;
}

/** Plays and records one episode in a book, from a reset; wealth is at the mid price. Of the last moment the depth is not known. */
export function recordBookEpisode(episode: BookEpisode): EpisodeRecording {
  const { environment, actor, name, agent, facts = {}, seed, index = 0, maxSteps = 100_000 } = episode;
  let last = { timeMs: 0, stepMs: 0 };
  const sceneAt = (ledger: ReturnType<BookEnvironment["ledger"]>, timeMs: number): Scene => ({
    timeMs,
    prices: [ledger.doubleMidTicks / 2],
    positions: [ledger.position],
    equity: ledger.doubleWealth / 2,
  });
  return recordEpisode({
    ...{ environment, actor, seed, index, maxSteps },
    title: titleOf(name, agent, "Order book", { ...facts, seed }),
    scene() {
      const book = environment.book(index);
      last = { timeMs: book.time, stepMs: book.time - last.timeMs };
      return { ...sceneAt(environment.ledger(index), book.time), depth: depthOf(book, 1) };
    },
    finalScene: () => sceneAt(environment.finalLedger(index)!, last.timeMs + last.stepMs),
  });
}

/** An episode of several agents in one book, of whom one is watched. */
export interface SharedBookEpisode {
  readonly environment: SharedBookEnvironment;
  /** Who acts in each seat. */
  readonly actors: readonly Actor[];
  readonly name: string;
  readonly facts?: EpisodeTitle["facts"];
  readonly seed: number;
  /** The seat that is watched; the first unless given. */
  readonly seat?: number;
  readonly maxSteps?: number;
}

/** Plays and records one episode of several agents, from a reset, as one of them sees it. */
export function recordSharedBookEpisode(episode: SharedBookEpisode): EpisodeRecording {
  const { environment: world, actors, name, facts = {}, seed, seat = 0, maxSteps = 100_000 } = episode;
  const size = world.observationNames.length;
  const width = widthOf(world.actionSpace);
  const players = actors.map((actor) => actor.fresh?.() ?? actor);
  let last = { timeMs: 0, stepMs: 0 };
  return recordEpisode({
    environment: selfPlayEnvironment([world]),
    actor: {
      decide(observations, count, out) {
        for (let row = 0; row < count; row++) {
          const [from, to] = [row * size, row * width];
          players[row]!.decide(observations.subarray(from, from + size), 1, out.subarray(to, to + width));
        }
      },
    },
    index: seat,
    ...{ seed, maxSteps },
    title: titleOf(name, world.agents[seat]!, "Shared order book", { ...facts, agents: world.agents.length, seed }),
    scene() {
      const { book, referenceTicks } = world;
      last = { timeMs: book.time, stepMs: book.time - last.timeMs };
      const { position, doubleWealth } = world.ledger(seat);
      return {
        timeMs: book.time,
        prices: [referenceTicks],
        positions: [position],
        equity: doubleWealth / 2,
        depth: depthOf(book, seat + 1),
      };
    },
    finalScene() {
      const { position, doubleWealth } = world.finalLedger(seat)!;
      return { timeMs: last.timeMs + last.stepMs, prices: [null], positions: [position], equity: doubleWealth / 2 };
    },
  });
}

const titleOf = (name: string, agent: string, instrument: string, facts: EpisodeTitle["facts"]): EpisodeTitle => ({
  ...{ name, agent, facts },
  instruments: [instrument],
  clock: "session",
  priceUnit: "ticks",
  equityUnit: "ticks × lots",
  positionUnit: "lots",
  priceDigits: 1,
});
