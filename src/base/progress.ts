/** How far long work has come: a short name of the stage, the share finished (0 to 1), and a line for a person. */
export interface Progress {
  readonly stage: string;
  readonly fraction: number;
  readonly message: string;
}

/** Told of progress now and then. */
export type OnProgress = (progress: Progress) => void;
