import type { ApiError } from "../api/client.ts";

/** A failure in the service's own words, the way out, and when the page tries again. */
export function ErrorNotice({ error, retryInMs, onRetry }: { error: ApiError; retryInMs?: number | undefined; onRetry?: () => void }) {
  return (
    <div className="error" role="alert" data-code={error.code}>
      <div>
        <strong>{error.message}</strong>
        <p>
          {error.hint}
          {retryInMs !== undefined && ` Trying again in ${Math.round(retryInMs / 1000)} s.`}
        </p>
        <code>{error.code}</code>
      </div>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try now
        </button>
      )}
    </div>
  );
}
