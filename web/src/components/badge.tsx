/** The tone in which a state is shown. */
type Tone = "good" | "bad" | "warn" | "plain" | "live";

const tones: Readonly<Record<string, Tone>> = {
  running: "live",
  finished: "plain",
  stopped: "warn",
  failed: "bad",
  paused: "warn",
  killed: "bad",
};

/** A state in a word. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <span className={`badge ${tones[status] ?? "plain"}`} data-status={status}>
      {status}
    </span>
  );
}

/** Says that prices were made up. Real prices need no badge. */
export function SyntheticBadge({ synthetic }: { synthetic: boolean }) {
  return synthetic ? (
    <span className="badge synthetic" title="These prices are generated, not observed.">
      SYNTHETIC
    </span>
  ) : null;
}
