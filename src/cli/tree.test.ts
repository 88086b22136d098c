import { expect, test } from "vitest";
import { renderTree, type Tree } from "./tree.ts";

const leaf = (what: string): Tree => ({ what, from: [] });

test("a tree is drawn with each node below what it belongs to", () => {
  const tree = { what: "a", from: [{ what: "b", from: [leaf("c"), { what: "d", from: [leaf("e")] }] }, leaf("two\nlines"), leaf("f")] };
  expect(renderTree(tree).split("\n")).toEqual(["a", "├─ b", "│  ├─ c", "│  └─ d", "│     └─ e", "├─ two", "│  lines", "└─ f"]);
  expect(renderTree(leaf("alone"))).toBe("alone");
});
