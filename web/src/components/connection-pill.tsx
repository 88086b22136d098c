import { useConnection } from "../api/events.tsx";

const words = { connecting: "Connecting…", live: "Live", reconnecting: "Reconnecting…" } as const;

/** Whether the page hears the service. */
export function ConnectionPill() {
  const connection = useConnection();
  return (
    <span className={`pill ${connection}`} role="status" data-connection={connection}>
      <i aria-hidden="true" /> {words[connection]}
    </span>
  );
}
