import type { Clock, Progress } from "../base/index.ts";

/** Where text goes, as far as a progress line must know. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const terminalIntervalMs = 100;
const plainIntervalMs = 5000;

/** A duration as a person says it: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Shows progress as one line that is rewritten on a terminal, and as a line now and then elsewhere; the time left is estimated by stage. */
export function progressLine(stream: TextStream, clock: Clock) {
  let stage = "";
  let stageStart = 0;
  let lastShown = -Infinity;
  let onScreen = false;

  const clear = () => {
    if (onScreen) stream.write("\r\u001b[2K");
    onScreen = false;
  };
  const textOf = ({ fraction, message }: Progress, elapsedMs: number) => {
    const left =
      fraction > 0.01 && fraction < 1 && elapsedMs > 1000 ? `, ${durationText((elapsedMs * (1 - fraction)) / fraction)} left` : "";
    return `${stage} ${String(Math.floor(fraction * 100)).padStart(3)} %  ${message}${left}`;
  };
  return {
    /** Shows the newest state unless one was shown a moment ago; a new stage and its end are always shown. */
    update(progress: Progress): void {
      const now = clock.elapsed();
      const isNewStage = progress.stage !== stage;
      if (isNewStage) {
        stage = progress.stage;
        stageStart = now;
      }
      const isDue = now - lastShown >= (stream.isTTY ? terminalIntervalMs : plainIntervalMs);
      if (!isNewStage && !isDue && progress.fraction < 1) return;
      lastShown = now;
      const text = textOf(progress, now - stageStart);
      if (!stream.isTTY) {
        stream.write(`${text}\n`);
        return;
      }
      clear();
      stream.write(text.slice(0, (stream.columns ?? 80) - 1));
      onScreen = true;
      if (progress.fraction >= 1) this.finish();
    },
    /** Takes the line off the terminal, so that other text can be written. */
    clear,
    /** Leaves what is shown and goes to the next line. */
    finish(): void {
      if (onScreen) stream.write("\n");
      onScreen = false;
    },
  };
}
