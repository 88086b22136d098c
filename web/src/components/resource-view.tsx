import type { ReactNode } from "react";
import type { Resource } from "../api/use-resource.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { Skeleton } from "./skeleton.tsx";

/** Shows a resource in whatever state it is: loading, failed, or there; old data stay in sight below a failure. `quiet` leaves the failure to the page. */
export function ResourceView<Value>({
  resource,
  skeletonHeight,
  quiet = false,
  children,
}: {
  resource: Resource<Value>;
  skeletonHeight?: number;
  quiet?: boolean;
  children: (value: Value) => ReactNode;
}) {
  const { data, error, retryInMs, refresh } = resource;
  return (
    <>
      {error !== undefined && !quiet && <ErrorNotice error={error} retryInMs={retryInMs} onRetry={refresh} />}
      {data !== undefined && children(data)}
      {data === undefined && (error === undefined || quiet) && (
        <Skeleton {...(skeletonHeight === undefined ? {} : { height: skeletonHeight })} />
      )}
    </>
  );
}
