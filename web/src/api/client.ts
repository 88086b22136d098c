import type {
  ErrorDocument,
  ModelSummary,
  Report,
  RunRequest,
  RunSummary,
  SessionRequest,
  SessionSnapshot,
  SessionSummary,
  TrainingPoint,
} from "../../../src/api/contract.ts";

/** A request that did not succeed: the service's own words, or ours when it does not answer at all. `status` is 0 then. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly hint: string;

  constructor(status: number, { code, message, hint }: { code: string; message: string; hint: string }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  /** Whether asking again later can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const isErrorDocument = (body: unknown): body is ErrorDocument =>
  typeof body === "object" && body !== null && "error" in body && typeof body.error === "object";

async function failureOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isErrorDocument(body)) return new ApiError(response.status, body.error);
  return new ApiError(response.status, {
    code: `http/${response.status}`,
    message: `The service answered ${response.status}.`,
    hint: "Is it Tradewind that runs there?",
  });
}

const unreachable = () =>
  new ApiError(0, {
    code: "unreachable",
    message: "The service does not answer.",
    hint: "Check that it is running; this page tries again by itself.",
  });

async function request<Answer>(path: string, options: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`/api${path}`, options).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
  });
  if (!response.ok) throw await failureOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

const send = <Answer>(path: string, body?: object): Promise<Answer> =>
  request(path, {
    method: "POST",
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });

const at = encodeURIComponent;

/** The service's contract as functions. Every one rejects with an `ApiError`. */
export const client = {
  runs: (signal: AbortSignal) => request<readonly RunSummary[]>("/runs", { signal }),
  report: (id: string, signal: AbortSignal) => request<Report>(`/runs/${at(id)}/report`, { signal }),
  training: (id: string, signal: AbortSignal) => request<readonly TrainingPoint[]>(`/runs/${at(id)}/training`, { signal }),
  startRun: (body: RunRequest) => send<RunSummary>("/runs", body),
  stopRun: (id: string) => send<RunSummary>(`/runs/${at(id)}/stop`),
  models: (signal: AbortSignal) => request<readonly ModelSummary[]>("/models", { signal }),
  sessions: (signal: AbortSignal) => request<readonly SessionSummary[]>("/sessions", { signal }),
  session: (id: string, signal: AbortSignal) => request<SessionSnapshot>(`/sessions/${at(id)}`, { signal }),
  startSession: (body: SessionRequest) => send<SessionSummary>("/sessions", body),
  command: (id: string, command: "pause" | "resume" | "kill") => send<void>(`/sessions/${at(id)}/${command}`),
};
