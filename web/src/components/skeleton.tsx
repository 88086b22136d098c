/** The shape of what is being loaded. */
export function Skeleton({ lines = 4, height }: { lines?: number; height?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {height === undefined ? Array.from({ length: lines }, (_, line) => <i key={line} />) : <i style={{ height }} />}
    </div>
  );
}
