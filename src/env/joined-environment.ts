import { z } from "zod";
import { assert, parse } from "../base/index.ts";
import { invalidState } from "./saved-state.ts";
import { widthOf } from "./space.ts";
import type { VectorEnvironment } from "./vector-environment.ts";

const Saved = z.strictObject({ schema: z.literal("tradewind/joined-environments@1"), parts: z.array(z.unknown()) });

/** Apart enough that no part has the dice of another part under the next seed. */
const seedStride = 1_000_003;

/**
 * Vector environments of one observation schema as one, part after part: rows of the first, then of the second, and so on. Each has
 * dice of its own; the first has those that it would have alone.
 */
export function joinEnvironments(parts: readonly VectorEnvironment[]): VectorEnvironment {
  const [first] = parts;
  assert(first && first.observationSpace.kind === "box", "there is at least one part, and observations are numbers");
  const { observationSpace, actionSpace, observationSchema } = first;
  for (const part of parts) assert(part.observationSchema === observationSchema, "parts are observed alike");
  const { size } = observationSpace;
  const width = widthOf(actionSpace);
  const offsets = parts.map((_, index) => parts.slice(0, index).reduce((sum, { count }) => sum + count, 0));
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const rows = {
    observations: new Float32Array(count * size),
    finalObservations: new Float32Array(count * size),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
  };
  const actionsOf = parts.map((part) => new Float32Array(part.count * width));
  const constraintCosts = parts.every((part) => part.constraintCosts) ? new Float32Array(count) : undefined;
  const copyResults = () => {
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!;
      const from = offsets[index]!;
      rows.observations.set(part.observations, from * size);
      rows.rewards.set(part.rewards, from);
      rows.terminated.set(part.terminated, from);
      rows.truncated.set(part.truncated, from);
      constraintCosts?.set(part.constraintCosts!, from);
      // Most steps end no episode, and final observations are as large as all else.
      if (part.terminated.includes(1) || part.truncated.includes(1)) rows.finalObservations.set(part.finalObservations, from * size);
    }
  };
  copyResults();
  return {
    ...{ count, observationSpace, actionSpace, observationSchema, ...rows },
    ...(constraintCosts && { constraintCosts }),
    reset(seed) {
      for (const [index, part] of parts.entries()) part.reset(seed + index * seedStride);
      copyResults();
    },
    step(actions) {
      assert(actions.length === count * width, `${actions.length} numbers of actions for ${count} environments`);
      let next = 0;
      for (let index = 0; index < parts.length; index++) {
        const own = actionsOf[index]!;
        for (let place = 0; place < own.length; place++) own[place] = actions[next++]!;
        parts[index]!.step(own);
      }
      copyResults();
    },
    save: () => ({ schema: "tradewind/joined-environments@1", parts: parts.map((part) => part.save()) }),
    restore(state) {
      const saved = parse(Saved, state, "environment", "checkpoint/invalid");
      if (saved.parts.length !== parts.length) throw invalidState("it is of another number of parts");
      for (const [index, part] of parts.entries()) part.restore(saved.parts[index]);
      copyResults();
    },
  };
}
