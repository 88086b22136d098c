import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { input, parameters } from "../../graph/index.ts";
import { diagonalActor, stateDependentActor } from "./squashed-actor.ts";

const spec = { observationSize: 3, actionWidth: 2, hidden: [6, 5], bound: "clipped", halfRange: 1 } as const;
const rows = 4;
const random = new Random(8);
const observations = Float32Array.from({ length: rows * 3 }, () => random.normal());

test("a draw that depends on the state has the density of a normal of that deviation, squashed", () => {
  const actor = stateDependentActor(spec, -0.7);
  const network = parameters(actor.declarations, new Random(1));
  expect(actor.noiseShape(rows)).toEqual([5, 2]);
  const noise = Array.from({ length: 10 }, () => random.normal());
  const observation = input("observation", [rows, 3]);
  const { action, deviation } = actor.mode(network, observation);
  const [drawn, logProb, middle, spread] = interpret(
    [...Object.values(actor.draw(network, observation, input("noise", [5, 2]))), action, deviation],
    {
      observation: observations,
      noise,
    },
  );
  for (let row = 0; row < rows; row++) {
    let expected = 0;
    for (let column = 0; column < 2; column++) {
      const at = row * 2 + column;
      const sigma = spread![at]! / (1 - middle![at]! ** 2);
      const z = (Math.atanh(drawn![at]!) - Math.atanh(middle![at]!)) / sigma;
      expected += -0.5 * z ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI) - Math.log(1 - drawn![at]! ** 2 + 1e-6);
    }
    expect(logProb![row]).toBeCloseTo(expected, 9);
  }
});

test("exploration functions drawn again and again give that deviation, and one between draws gives one action for one state", () => {
  const actor = stateDependentActor(spec, -0.7);
  const network = parameters(actor.declarations, new Random(1));
  const { action, deviation } = actor.mode(network, input("observation", [rows, 3]));
  const [middle, spread] = interpret([action, deviation], { observation: observations });
  const acting = actor.acting(network, rows);
  const [actions, again] = [new Float32Array(rows * 2), new Float32Array(rows * 2)];
  const turns = 20_000;
  const squares = new Float64Array(rows * 2);
  for (let turn = 0; turn < turns; turn++) {
    acting.explore(random);
    acting.act(observations, random, actions);
    for (let at = 0; at < squares.length; at++) squares[at]! += (Math.atanh(actions[at]!) - Math.atanh(middle![at]!)) ** 2;
  }
  acting.act(observations, random, again);
  expect(again).toEqual(actions);
  acting.close();
  squares.forEach((sum, at) => expect(Math.sqrt(sum / turns) / (spread![at]! / (1 - middle![at]! ** 2))).toBeCloseTo(1, 1.4));
});

test("without dice an actor does the same whichever way it is asked", () => {
  const actor = diagonalActor(spec);
  const network = parameters(actor.declarations, new Random(1));
  const { action } = actor.mode(network, input("observation", [rows, 3]));
  const drawn = actor.draw(network, input("observation", [rows, 3]), input("noise", [rows, 2]));
  const [mode] = interpret([action], { observation: observations });
  const [still] = interpret([drawn.action], { observation: observations, noise: new Float64Array(rows * 2) });
  mode!.forEach((value, at) => expect(still![at]).toBeCloseTo(value, 12));
});
