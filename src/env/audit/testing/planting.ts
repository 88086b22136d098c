import { type Bar, type Bars, emptyBar, readBar } from "../../../domain/index.ts";
import { createVectorEnvironment, type EnvironmentOptions, type TradingEnvironment } from "../../batched-environment.ts";
import { environments } from "../../environments/index.ts";
import { sampleOptions, walk } from "../../testing/sample-market.ts";
import { auditCheckNames, auditEnvironment, type AuditOptions, type EnvironmentAudit } from "../audit-environment.ts";
import { barSubject } from "../bar-subject.ts";
import { accountBooks } from "../books.ts";
import { kindSubject } from "../kind-subject.ts";
import type { AuditSubject, EnvironmentRequest } from "../subject.ts";

// What tests need to plant a fault in an environment that is otherwise honest.

/** The built-in environment, which passes. */
export const honest = kindSubject(environments["single-asset"], { bars: walk() });
/** Of policies that play whole episodes, only the faults that concern them need to be seen. */
const withoutPlay = auditCheckNames.filter((name) => name !== "reward hacking" && name !== "positive control");
const quick: AuditOptions = { rounds: 2, steps: 100, checks: withoutPlay };

/** A quick audit. */
export const audit = (subject: AuditSubject, options: AuditOptions = {}): Promise<EnvironmentAudit> =>
  auditEnvironment(subject, { ...quick, ...options });
/** What failed, by check, with what was said. */
export const failures = async (subject: AuditSubject, options: AuditOptions = {}): Promise<Record<string, string | null>> => {
  const { checks } = await audit(subject, options);
  return Object.fromEntries(checks.filter(({ verdict }) => verdict === "failed").map(({ check, message }) => [check, message]));
};
/** The checks that failed. */
export const names = async (subject: AuditSubject, options: AuditOptions = {}): Promise<string[]> =>
  Object.keys(await failures(subject, options));

/** What is put in the place of an environment's own. */
export type Change = (base: TradingEnvironment) => Partial<TradingEnvironment>;

/** An environment that hands everything on, but for what is put in its place. */
export function changed(environment: TradingEnvironment, change: Change): TradingEnvironment {
  const changes = change(environment);
  return new Proxy(environment, {
    get(target, name) {
      const value: unknown = name in changes ? changes[name as keyof TradingEnvironment] : Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The honest subject with every environment changed. */
export const faulty = (change: Change): AuditSubject => ({
  ...honest,
  single: undefined as never,
  make: (request) => changed(honest.make(request) as TradingEnvironment, change),
  control: { ...honest.control!, make: (request) => changed(honest.control!.make(request) as TradingEnvironment, change) },
});

/** Changes what has happened after every step. */
export const after =
  (touch: (base: TradingEnvironment, ended: (index: number) => boolean) => void): Change =>
  (base) => {
    const ended = (index: number) => base.terminated[index] === 1 || base.truncated[index] === 1;
    return {
      step(actions) {
        base.step(actions);
        touch(base, ended);
      },
    };
  };

/** Bars as rows. */
export const rowsOf = (bars: Bars): Bar[] => Array.from(bars.closeTime, (_, row) => ({ ...readBar(bars, row, emptyBar()) }));

/** A subject over bars of which the environment is given others, or other features. */
export const overBars = (options: (bars: Bars) => EnvironmentOptions, bars = walk()): AuditSubject =>
  barSubject({
    name: "over bars",
    bars,
    make: (data, { count, seed }: EnvironmentRequest) => createVectorEnvironment({ ...options(data), count, seed }),
    timeMs: ({ observedAt }, index) => observedAt[index]!,
    books: accountBooks,
  });
/** The options of an honest environment over bars. */
export const plain = (bars: Bars): EnvironmentOptions => sampleOptions(bars, { episode: { maxSteps: 60 } });
