import { z } from "zod";
import { assert, parse } from "../../base/index.ts";
import type { Policy } from "../policy.ts";
import { invalidState } from "../saved-state.ts";
import { widthOf } from "../space.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import type { ParallelEnvironment } from "./parallel-environment.ts";

const Saved = z.strictObject({ schema: z.literal("tradewind/worlds@1"), worlds: z.array(z.unknown()) });

/** Worlds side by side: the arrays of all agents of all worlds, and how they move together. */
class Worlds {
  readonly worlds: readonly ParallelEnvironment[];
  /** Agents in each world. */
  readonly agents: number;
  readonly rows: number;
  readonly size: number;
  readonly width: number;
  readonly actions: Float32Array;

  constructor(worlds: readonly ParallelEnvironment[]) {
    const [first] = worlds;
    assert(first && first.observationSpace.kind === "box", "there is at least one world, and observations are numbers");
    for (const { agents, observationSchema } of worlds) {
      assert(agents.length === first.agents.length && observationSchema === first.observationSchema, "worlds are alike");
    }
    this.worlds = worlds;
    this.agents = first.agents.length;
    this.rows = worlds.length * this.agents;
    this.size = first.observationSpace.size;
    this.width = widthOf(first.actionSpace);
    this.actions = new Float32Array(this.agents * this.width);
  }

  /** Each world has dice of its own. */
  reset(seed: number): void {
    // A seed of one world is not that of another world under the next seed.
    for (const [index, world] of this.worlds.entries()) world.reset(seed + index * 1_000_003);
  }

  save(): z.output<typeof Saved> {
    return { schema: "tradewind/worlds@1", worlds: this.worlds.map((world) => world.save()) };
  }

  restore(state: unknown): void {
    const { worlds } = parse(Saved, state, "environment", "checkpoint/invalid");
    if (worlds.length !== this.worlds.length) throw invalidState("it is of another number of worlds");
    for (const [index, world] of this.worlds.entries()) world.restore(worlds[index]);
  }
}

const emptyRows = (count: number, size: number) => ({
  observations: new Float32Array(count * size),
  finalObservations: new Float32Array(count * size),
  rewards: new Float32Array(count),
  terminated: new Uint8Array(count),
  truncated: new Uint8Array(count),
});

/**
 * Self-play: every agent of every world is a row of one vector environment, world after world. Whoever learns in it learns one policy
 * that plays all sides; rows of a world move at the same time.
 */
export function selfPlayEnvironment(each: readonly ParallelEnvironment[]): VectorEnvironment {
  const all = new Worlds(each);
  const { worlds, agents, rows: count, size, width } = all;
  const { observationSpace, actionSpace, observationSchema } = worlds[0]!;
  const rows = emptyRows(count, size);
  const copyObservations = () => {
    for (const [index, world] of worlds.entries()) rows.observations.set(world.observations, index * agents * size);
  };
  copyObservations();
  return {
    ...{ count, observationSpace, actionSpace, observationSchema, ...rows },
    reset(seed) {
      all.reset(seed);
      copyObservations();
    },
    step(actions) {
      assert(actions.length === count * width, `${actions.length} actions for ${count} agents`);
      for (const [index, world] of worlds.entries()) {
        const from = index * agents;
        world.step(actions.subarray(from * width, (from + agents) * width));
        rows.rewards.set(world.rewards, from);
        rows.terminated.set(world.terminated, from);
        rows.truncated.set(world.truncated, from);
        rows.finalObservations.set(world.finalObservations, from * size);
      }
      copyObservations();
    },
    save: () => all.save(),
    restore(state) {
      all.restore(state);
      copyObservations();
    },
  };
}

/**
 * One agent's seat in every world, as a vector environment with a row a world; the other seats are played by `others`, by seat, who do
 * not learn meanwhile. So each agent can have a learner of its own: they take turns, each against the others as they stand.
 */
export function seatEnvironment(
  each: readonly ParallelEnvironment[],
  seat: number,
  others: (seat: number) => Policy,
): VectorEnvironment & { /** Takes other players from now on. */ seatOthers(others: (seat: number) => Policy): void } {
  const all = new Worlds(each);
  const { worlds, agents, size, width } = all;
  assert(seat >= 0 && seat < agents, `seat ${seat} of ${agents}`);
  const { observationSpace, actionSpace, observationSchema } = worlds[0]!;
  const count = worlds.length;
  const rows = emptyRows(count, size);
  const seen = new Float32Array(count * size);
  const chosen = Array.from({ length: agents }, () => new Float32Array(count * width));
  let players: (Policy | null)[] = [];
  const seatOthers = (of: (seat: number) => Policy) => {
    players = Array.from({ length: agents }, (_, index) => (index === seat ? null : (of(index).fresh?.() ?? of(index))));
  };
  seatOthers(others);
  const copySeat = (from: "observations" | "finalObservations", place: number, out: Float32Array) => {
    for (const [index, world] of worlds.entries()) out.set(world[from].subarray(place * size, (place + 1) * size), index * size);
  };
  copySeat("observations", seat, rows.observations);
  return {
    ...{ count, observationSpace, actionSpace, observationSchema, ...rows },
    seatOthers,
    reset(seed) {
      all.reset(seed);
      copySeat("observations", seat, rows.observations);
    },
    step(actions) {
      assert(actions.length === count * width, `${actions.length} actions for ${count} worlds`);
      for (const [place, player] of players.entries()) {
        if (player === null) chosen[place]!.set(actions);
        else {
          copySeat("observations", place, seen);
          player.decide(seen, count, chosen[place]!);
        }
      }
      for (const [index, world] of worlds.entries()) {
        for (let place = 0; place < agents; place++) {
          all.actions.set(chosen[place]!.subarray(index * width, (index + 1) * width), place * width);
        }
        world.step(all.actions);
        rows.rewards[index] = world.rewards[seat]!;
        rows.terminated[index] = world.terminated[seat]!;
        rows.truncated[index] = world.truncated[seat]!;
      }
      copySeat("finalObservations", seat, rows.finalObservations);
      copySeat("observations", seat, rows.observations);
    },
    save: () => all.save(),
    restore(state) {
      all.restore(state);
      copySeat("observations", seat, rows.observations);
    },
  };
}
