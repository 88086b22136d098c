import type { Contract, IBApi } from "@stoqey/ib";
import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import { failureOf, GatewayTrouble, isWarning, systemCode } from "./trouble.ts";

/** Where a Trader Workstation or Gateway listens, as whom to speak to it, and how long to wait for an answer. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  readonly timeoutMs: number;
}

const number = z.union([z.number(), z.nan()]);

const HistoryBar = z.strictObject({
  time: z.string(),
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number.optional(),
});

/** A bar of the broker's: seconds since the epoch at its opening, or YYYYMMDD for a day; no volume is -1 or undefined. */
export type HistoryBar = z.infer<typeof HistoryBar>;

const ContractDetails = z.looseObject({
  contract: z.looseObject({ conId: z.int(), exchange: z.string(), currency: z.string(), primaryExch: z.string().default("") }),
  minTick: z.number().optional(),
  sizeIncrement: z.number().optional(),
  timeZoneId: z.string().optional(),
  longName: z.string().optional(),
});

/** What the broker says of a contract, as far as bars need it. */
export type ContractDetails = z.infer<typeof ContractDetails>;

/** What history is asked for, in the broker's words. `end` is UTC as YYYYMMDD-HH:MM:SS, or empty for now. */
export interface HistoryQuestion {
  readonly contract: Contract;
  readonly end: string;
  readonly duration: string;
  readonly barSize: string;
  readonly show: string;
  readonly regularHours: boolean;
}

/** A connection that answers one question at a time. What fails and may pass is a `GatewayTrouble`; what will not, a `UserError`. */
export interface Gateway {
  /** Contracts that fit a description; none is a `UserError`. */
  contracts(description: Contract): Promise<readonly ContractDetails[]>;
  /** Time of the first bar there is, ms, UTC; NaN where the broker does not say. */
  firstTime(contract: Contract, show: string, regularHours: boolean): Promise<number>;
  /** Bars, oldest first; an empty list where there are none. */
  history(question: HistoryQuestion): Promise<readonly HistoryBar[]>;
  close(): void;
}

const utcSeconds = 2; // Times as seconds since the epoch, days as dates.
const sharesNotLots = 175; // The version of the interface from which on volumes of US stocks are in shares.
const patienceWhileLost = 10; // The broker's own restart takes minutes.

interface Pending {
  readonly id: number;
  readonly parts: unknown[];
  readonly resolve: (parts: readonly unknown[]) => void;
  readonly reject: (error: Error) => void;
}

/** Connects and waits until the gateway takes questions. `symbol` is for messages. */
export async function openGateway(address: GatewayAddress, symbol: string, signal: AbortSignal): Promise<Gateway> {
  const { IBApi, EventName, BarSizeSetting } = await import("@stoqey/ib");
  signal.throwIfAborted();
  const api = new IBApi({ host: address.host, port: address.port, clientId: address.clientId });
  const line = new Line(api, address, symbol);
  api.on(EventName.error, (error, code, id) => line.failed(error.message, code, id));
  api.on(EventName.info, (message, code) => line.told(message, code));
  api.on(EventName.disconnected, () => line.broken("the connection ended"));
  api.on(EventName.nextValidId, () => line.finish(line.opening));
  api.on(EventName.contractDetails, (id, details) => line.take(id, details));
  api.on(EventName.contractDetailsEnd, (id) => line.finish(id));
  api.on(EventName.headTimestamp, (id, time) => {
    line.take(id, time);
    line.finish(id);
  });
  api.on(EventName.historicalData, (id, time, open, high, low, close, volume) => {
    if (time.startsWith("finished")) line.finish(id);
    else line.take(id, { time, open, high, low, close, volume });
  });
  const onAbort = () => line.broken("the download was stopped");
  signal.addEventListener("abort", onAbort);
  const close = () => {
    signal.removeEventListener("abort", onAbort);
    api.removeAllListeners();
    api.disconnect();
  };
  const ask = async (send: (id: number) => void) => {
    signal.throwIfAborted();
    try {
      return await line.ask(send);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
  try {
    await line.open();
    checkVersion(api.serverVersion);
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  }
  return {
    close,
    contracts: async (description) => z.array(ContractDetails).parse(await ask((id) => api.reqContractDetails(id, description))),
    async firstTime(contract, show, regularHours) {
      const [time] = await ask((id) => api.reqHeadTimestamp(id, contract, show as never, regularHours, utcSeconds));
      const seconds = z.string().regex(/^\d+$/).safeParse(time);
      return seconds.success ? Number(seconds.data) * 1000 : NaN;
    },
    async history({ contract, end, duration, barSize, show, regularHours }) {
      const size = z.enum(BarSizeSetting).parse(barSize);
      const rows = await ask((id) =>
        api.reqHistoricalData(id, contract, end, duration, size, show as never, regularHours ? 1 : 0, utcSeconds, false),
      );
      return z.array(HistoryBar).parse(rows);
    },
  };
}

function checkVersion(version: number): void {
  if (version >= sharesNotLots) return;
  throw new UserError(
    "data/vendor-refused",
    `the gateway is too old (version ${version} of its interface): volumes would be in lots of 100`,
    {
      path: "port",
      hint: "Update the Trader Workstation or IB Gateway.",
    },
  );
}

/** The state of one connection: the question that is out, and whether the broker's own servers are within reach. */
class Line {
  /** The number under which the greeting is waited for. */
  readonly opening = 0;
  private readonly api: IBApi;
  private readonly address: GatewayAddress;
  private readonly symbol: string;
  private pending: Pending | undefined;
  private lastId = 0;
  private lost = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(api: IBApi, address: GatewayAddress, symbol: string) {
    this.api = api;
    this.address = address;
    this.symbol = symbol;
  }

  open(): Promise<readonly unknown[]> {
    return this.wait(this.opening, () => this.api.connect());
  }

  ask(send: (id: number) => void): Promise<readonly unknown[]> {
    const id = ++this.lastId;
    return this.wait(id, () => send(id));
  }

  private async wait(id: number, begin: () => void): Promise<readonly unknown[]> {
    try {
      return await new Promise((resolve, reject) => {
        this.pending = { id, parts: [], resolve, reject };
        this.listen();
        begin();
      });
    } finally {
      clearTimeout(this.timer);
      this.pending = undefined;
    }
  }

  /** Starts the time anew in which something has to be heard. */
  private listen(): void {
    clearTimeout(this.timer);
    const waitMs = this.address.timeoutMs * (this.lost ? patienceWhileLost : 1);
    this.timer = setTimeout(() => this.pending?.reject(new GatewayTrouble("silent", `no answer within ${waitMs / 1000} s`)), waitMs);
  }

  take(id: number, part: unknown): void {
    if (this.pending?.id !== id) return; // Late: the question was given up.
    this.pending.parts.push(part);
    this.listen();
  }

  finish(id: number): void {
    if (this.pending?.id === id) this.pending.resolve(this.pending.parts);
  }

  broken(why: string): void {
    this.pending?.reject(new GatewayTrouble("disconnected", why));
  }

  /** An error. One that belongs to no question concerns the connection. */
  failed(message: string, code: number, id: number): void {
    if (isWarning(code)) return;
    const failure = failureOf(code, message, this.symbol);
    if (failure instanceof GatewayTrouble && failure.kind === "disconnected") this.broken(message);
    else if (this.pending?.id !== id) return;
    else if (failure === "no-data") this.pending.resolve([]);
    else this.pending.reject(failure);
  }

  /** What the gateway says of itself. */
  told(message: string, code: number): void {
    if (code === systemCode.clientIdTaken) {
      this.pending?.reject(new GatewayTrouble("taken", `client id ${this.address.clientId} is in use at the gateway`));
    } else if (code === systemCode.connectionLost) {
      this.lost = true;
      if (this.pending) this.listen();
    } else if (code === systemCode.restored || code === systemCode.restoredDataLost) {
      this.lost = false;
      this.pending?.reject(new GatewayTrouble("interrupted", message)); // What was asked before is not answered any more.
    }
  }
}
