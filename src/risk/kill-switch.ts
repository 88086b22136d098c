import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Clock, parse, systemClock, UserError, writeFileWhole } from "../base/index.ts";

/** What may be traded: everything, only what shrinks a position, or nothing new. Each is stricter than the one before. */
export const tradingStates = ["active", "reducing", "halted"] as const;

export type TradingState = (typeof tradingStates)[number];

const Latch = z.strictObject({
  state: z.enum(tradingStates),
  reason: z.string(),
  by: z.string(),
  /** When it came into this state, in ms. */
  atMs: z.number(),
});

/** Where a kill switch stands, who put it there and why. */
export type Latch = z.infer<typeof Latch>;

/**
 * A latch on trading. It only ever gets stricter until a person resets it, and with a file it survives a restart.
 * A file that cannot be understood counts as halted: losing the record of a kill must not undo the kill.
 */
export class KillSwitch {
  private latch: Latch;
  private controller = new AbortController();
  private readonly path: string | null;
  private readonly clock: Clock;

  constructor({ path = null, clock = systemClock }: { readonly path?: string | null; readonly clock?: Clock } = {}) {
    this.path = path;
    this.clock = clock;
    this.latch = (path === null ? null : readLatch(path, clock)) ?? { state: "active", reason: "", by: "", atMs: clock.now() };
    if (this.state === "halted") this.controller.abort();
  }

  get state(): TradingState {
    return this.latch.state;
  }

  /** The state with its reason. */
  get detail(): Latch {
    return this.latch;
  }

  /** Fires at the moment of a halt; after a reset there is a new one. */
  get halted(): AbortSignal {
    return this.controller.signal;
  }

  /** Makes trading stricter. A state that is as strict already keeps its first reason. */
  trip(state: "reducing" | "halted", by: string, reason: string): void {
    if (tradingStates.indexOf(state) <= tradingStates.indexOf(this.state)) return;
    this.latch = { state, reason, by, atMs: this.clock.now() };
    if (state === "halted") this.controller.abort(); // Before the file: a full disk must not keep orders flowing.
    this.store();
  }

  /** Lets trading go on. Only a person may: `by` names them, `reason` says why it is safe. */
  reset(by: string, reason: string): void {
    if (by.trim() === "" || reason.trim() === "") {
      throw new UserError("config/invalid", "resetting the kill switch takes a person's name and a reason", {
        path: by.trim() === "" ? "by" : "reason",
        hint: "Say who resets it and why it is safe.",
      });
    }
    this.latch = { state: "active", reason, by, atMs: this.clock.now() };
    this.store();
    this.controller = new AbortController();
  }

  private store(): void {
    if (this.path !== null) writeFileWhole(this.path, `${JSON.stringify(this.latch)}\n`);
  }
}

function readLatch(path: string, clock: Clock): Latch | null {
  try {
    return parse(Latch, JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    return {
      state: "halted",
      reason: `the kill switch's file cannot be read: ${(error as Error).message}`,
      by: "kill-switch",
      atMs: clock.now(),
    };
  }
}
