import { type BookEnvironment, depthOf } from "../../env/index.ts";
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
    title: {
      name,
      agent,
      instruments: ["Order book"],
      clock: "session",
      priceUnit: "ticks",
      equityUnit: "ticks × lots",
      positionUnit: "lots",
      priceDigits: 1,
      facts: { ...facts, seed },
    },
    scene() {
      const book = environment.book(index);
      last = { timeMs: book.time, stepMs: book.time - last.timeMs };
      return { ...sceneAt(environment.ledger(index), book.time), depth: depthOf(book, 1) };
    },
    finalScene: () => sceneAt(environment.finalLedger(index)!, last.timeMs + last.stepMs),
  });
}
