import { parse, parseParams, UserError } from "../../base/index.ts";
import { costToTake } from "../book/views.ts";
import { FlowScenarioSpecification, type FlowScenarioKind, type Phase } from "./flow-scenario.ts";
import type { Floor } from "./floor.ts";
import { scenarios } from "./scenarios/index.ts";

/** Scenarios of synthetic markets by name. */
export const knownFlowScenarios: Readonly<Record<string, FlowScenarioKind>> = scenarios;

const renewMs = 20; // How often somebody who drives the price looks at his order.

/** A scenario while it runs: its phases one after another, and the order of whoever drives the price. */
export class ScenarioCourse {
  /** When it acts next, in ms of the session. */
  nextMs: number;
  private readonly floor: Floor;
  private readonly owner: number;
  private readonly phases: readonly Phase[];
  private index = -1;
  private phaseMs = 0; // When the present phase began.
  private onsetTicks = 0;
  private orderId = 0;

  constructor(floor: Floor, owner: number, specification: FlowScenarioSpecification, path: string) {
    const { scenario: name, params, onsetMs } = parse(FlowScenarioSpecification, specification, path);
    const kind = scenarioKind(name, `${path}.scenario`);
    this.phases = kind.phases(parseParams(kind.params, params, `${path}.params`));
    this.floor = floor;
    this.owner = owner;
    this.nextMs = onsetMs;
  }

  /** The phase that lasts now. */
  get phase(): Phase | undefined {
    return this.phases[this.index];
  }

  /** Acts at `nextMs` and says whether a phase has begun or ended. */
  act(): boolean {
    const now = this.floor.timeMs;
    const isOver = this.index < 0 || now >= this.endMs;
    if (isOver) {
      if (this.index < 0) this.onsetTicks = this.floor.midTicks;
      this.withdraw();
      this.index++;
      this.phaseMs = now;
    }
    const { phase } = this;
    if (phase?.path !== undefined && !this.floor.conditions.isHalted) this.drive(phase.path, phase.durationMs);
    const renewed = phase?.path === undefined ? Infinity : now + renewMs;
    this.nextMs = phase === undefined ? Infinity : Math.min(this.endMs, renewed);
    return isOver;
  }

  private get endMs(): number {
    return this.phaseMs + (this.phase?.durationMs ?? 0);
  }

  /** Offers or bids at the price of the way: all that stands beyond it trades, and what is left of the order keeps the price there. */
  private drive({ from, to, lots }: NonNullable<Phase["path"]>, durationMs: number): void {
    const { floor, owner } = this;
    const side = Math.sign(to - from);
    const share = from + (to - from) * Math.min(1, (floor.timeMs - this.phaseMs + renewMs) / durationMs);
    const ticks = Math.max(1, Math.round(this.onsetTicks * share));
    const wanted = costToTake(floor.book, side, Infinity, ticks).lots + lots;
    if (floor.book.slotOf(this.orderId) >= 0) floor.replace(this.orderId, ticks, wanted);
    else this.orderId = floor.limit(owner, side, ticks, wanted);
  }

  private withdraw(): void {
    if (this.orderId > 0 && this.floor.book.slotOf(this.orderId) >= 0) this.floor.cancel(this.orderId);
    this.orderId = 0;
  }
}

/** The kind of a name; its absence is the user's mistake at `path`. */
export function scenarioKind(name: string, path: string): FlowScenarioKind {
  const kind = Object.hasOwn(knownFlowScenarios, name) ? knownFlowScenarios[name] : undefined;
  if (kind) return kind;
  throw new UserError("config/invalid", `there is no scenario "${name}" of synthetic markets`, {
    path,
    hint: `Known: ${Object.keys(knownFlowScenarios).join(", ")}.`,
  });
}
