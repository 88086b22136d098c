export { actionFor, type Player, type Standing } from "./adversaries.ts";
export { adversariesOf, standingsOf } from "./adversaries.ts";
export { controlEnvironments, controlSteps } from "./checks/positive-control.ts";
export { pairedT } from "./paired.ts";
export { auditCheckNames, auditEnvironment, type AuditOptions, type CheckResult, type EnvironmentAudit } from "./audit-environment.ts";
export { type AssetsSubject, assetsSubject, type BarSubject, barSubject } from "./bar-subject.ts";
export { accountBooks, portfolioBooks } from "./books.ts";
export { type BookSubject, bookSubject } from "./book-subject.ts";
export { type KindSubject, kindSubject } from "./kind-subject.ts";
export {
  type AuditSubject,
  auditSubject,
  type Books,
  type Control,
  type EnvironmentRequest,
  type Gap,
  type Ledger,
  type LedgerFill,
  type Wish,
} from "./subject.ts";
