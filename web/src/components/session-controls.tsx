import { useState } from "react";
import type { SessionSummary } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { ErrorNotice } from "./error-notice.tsx";

/** Pause, resume, and the kill switch behind a question. */
export function SessionControls({ session: { id, symbol, status }, onDone }: { session: SessionSummary; onDone: () => void }) {
  const [asking, setAsking] = useState(false);
  const action = useAction(client.command, onDone);
  const over = status === "finished" || status === "failed" || status === "killed";
  const kill = () => {
    setAsking(false);
    action.run(id, "kill");
  };
  return (
    <div className="controls">
      <button type="button" disabled={over || action.busy} onClick={() => action.run(id, status === "paused" ? "resume" : "pause")}>
        {status === "paused" ? "▶ Resume" : "❚❚ Pause"}
      </button>
      <button type="button" className="danger" disabled={over || action.busy} onClick={() => setAsking(true)}>
        Kill switch
      </button>
      {action.error !== undefined && <ErrorNotice error={action.error} />}
      <ConfirmDialog
        open={asking}
        title={`Stop trading ${symbol} for good?`}
        action="Latch the kill switch"
        onConfirm={kill}
        onClose={() => setAsking(false)}
      >
        <p>Nothing more is ordered in session {id}. It cannot be resumed; a new session can be started.</p>
      </ConfirmDialog>
    </div>
  );
}
