import type { Contract } from "@stoqey/ib";
import { UserError } from "../../../base/index.ts";
import type { LoadContext } from "../../source.ts";
import { askAgain, type Outcome, type ToldFailure } from "../ask-again.ts";
import { plainText } from "../redact.ts";
import { vendorError } from "../vendor-failure.ts";
import { type ContractDetails, type Gateway, type GatewayAddress, type HistoryBar, type HistoryQuestion, openGateway } from "./gateway.ts";
import { Pacer } from "./pacer.ts";
import { GatewayTrouble } from "./trouble.ts";

const names = { vendor: "Interactive Brokers", variables: [] };
const afterViolationMs = 60_000; // The broker forgives when its ten minutes have room again.
const budgetMs = 30 * 60_000; // The broker's servers and the gateway itself restart once a day, for minutes.
const reconnections = 40;

/** Questions to a gateway, over as many connections as it takes. */
export interface GatewaySession {
  contracts(description: Contract): Promise<readonly ContractDetails[]>;
  firstTime(contract: Contract, show: string, regularHours: boolean): Promise<number>;
  history(question: HistoryQuestion): Promise<readonly HistoryBar[]>;
  close(): void;
}

/**
 * Connects to a gateway and keeps to the broker's pace. A connection that ends is made anew and the question asked again; a gateway
 * that cannot be reached to begin with is a `UserError` at once.
 */
export async function openSession(address: GatewayAddress, symbol: string, context: LoadContext): Promise<GatewaySession> {
  let gateway: Gateway | undefined = await firstGateway(address, symbol, context.signal);
  const pacer = new Pacer(context);
  const told = (failure: ToldFailure) => vendorError(names, { ...failure, message: plainText(failure.message) });
  const reopen = async (): Promise<Gateway> => {
    const again = () => orTrouble(() => openGateway(address, symbol, context.signal));
    return (await askAgain(again, context, { told, budgetMs, attempts: reconnections }))!.body;
  };
  const attempt = async <Body>(question: (gateway: Gateway) => Promise<Body>): Promise<Outcome<Body>> => {
    gateway ??= await reopen();
    const open = gateway;
    return orTrouble(
      () => question(open),
      ({ kind }) => {
        if (kind !== "disconnected" && kind !== "silent") return;
        open.close();
        gateway = undefined;
      },
    );
  };
  const ask = async <Body>(question: (gateway: Gateway) => Promise<Body>, nothing: Body): Promise<Body> =>
    (await askAgain(() => attempt(question), context, { told, budgetMs }))?.body ?? nothing;
  return {
    contracts: (description) => ask((open) => open.contracts(description), []),
    firstTime: (contract, show, regularHours) => ask((open) => open.firstTime(contract, show, regularHours), NaN),
    history: (question) =>
      ask(async (open) => {
        await pacer.take(JSON.stringify(question));
        return open.history(question);
      }, []),
    close: () => gateway?.close(),
  };
}

/** What came of something, or of the trouble in it. */
async function orTrouble<Body>(
  work: () => Promise<Body>,
  onTrouble: (trouble: GatewayTrouble) => void = () => {},
): Promise<{ readonly body: Body } | Exclude<ToldFailure, { kind: "refused" }>> {
  try {
    return { body: await work() };
  } catch (error) {
    if (!(error instanceof GatewayTrouble)) throw error;
    onTrouble(error);
    const { kind, message } = error;
    return kind === "pacing" ? { kind: "throttled", message, retryAfterMs: afterViolationMs } : { kind: "broken", message };
  }
}

async function firstGateway(address: GatewayAddress, symbol: string, signal: AbortSignal): Promise<Gateway> {
  try {
    return await openGateway(address, symbol, signal);
  } catch (error) {
    if (!(error instanceof GatewayTrouble)) throw error;
    if (error.kind === "taken") {
      const hint = "Give another number as clientId, or end the program that uses this one.";
      throw new UserError("data/vendor-refused", error.message, { path: "clientId", hint, cause: error });
    }
    const where = `${address.host}:${address.port}`;
    throw new UserError("data/vendor-unreachable", `no Trader Workstation or IB Gateway answers at ${where}: ${error.message}`, {
      path: "port",
      hint: "Start it, log in, and enable socket clients in its API settings. Ports are 7496 and 7497 (Workstation, paper), 4001 and 4002 (Gateway, paper).",
      cause: error,
    });
  }
}
