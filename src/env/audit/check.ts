import type { AuditSubject } from "./subject.ts";
import type { Trial } from "./trial.ts";

/** One thing that an environment is held to. */
export interface Check {
  readonly name: string;
  /** What must hold, as a sentence for a person. */
  readonly promise: string;
  /** What the subject would have to offer to be checked; nothing when it can be. */
  lacks?(subject: AuditSubject): string | undefined;
  /** Said where there was nothing to compare in any round. */
  readonly unmet: string;
  /** One round; what is wrong, in words. */
  run(trial: Trial): string | undefined;
}

/** The time as ISO 8601. */
export const isoTime = (timeMs: number): string => (Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : String(timeMs));
