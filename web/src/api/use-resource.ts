import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { backoffMs } from "./backoff.ts";
import { ApiError } from "./client.ts";
import { useConnection } from "./events.tsx";

/** What a page knows of something it asked for. Old data stay while a newer request fails. */
export interface Resource<Value> {
  readonly data: Value | undefined;
  readonly error: ApiError | undefined;
  /** Milliseconds until the next attempt of itself; undefined when none is due. */
  readonly retryInMs: number | undefined;
  refresh(): void;
}

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, { code: "page", message: String(error), hint: "Reload the page." });

/**
 * Loads once for every `key`, again on `refresh`, whenever the event line comes back, and with growing pauses after a passing failure.
 * `load` may change between renders; only `key` decides what is shown.
 */
export function useResource<Value>(key: string, load: (signal: AbortSignal) => Promise<Value>): Resource<Value> {
  const [state, setState] = useState<{ key: string; data?: Value; error?: ApiError; retryInMs?: number }>({ key });
  const [attempt, setAttempt] = useState(0);
  const failures = useRef(0);
  const loadNow = useEffectEvent(load);
  const connection = useConnection();
  const refresh = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadNow(abort.signal).then(
      (data) => {
        failures.current = 0;
        if (!abort.signal.aborted) setState({ key, data });
      },
      (reason: unknown) => {
        if (abort.signal.aborted) return;
        const error = asApiError(reason);
        const retryInMs = error.passing ? backoffMs(++failures.current) : undefined;
        if (retryInMs !== undefined) timer = setTimeout(refresh, retryInMs);
        setState((before) => ({
          key,
          error,
          ...(before.key === key && before.data !== undefined ? { data: before.data } : {}),
          ...(retryInMs === undefined ? {} : { retryInMs }),
        }));
      },
    );
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, attempt, refresh]);

  const before = useRef(connection);
  useEffect(() => {
    if (before.current === "reconnecting" && connection === "live") refresh();
    before.current = connection;
  }, [connection, refresh]);

  const current = state.key === key ? state : undefined;
  return { data: current?.data, error: current?.error, retryInMs: current?.retryInMs, refresh };
}
