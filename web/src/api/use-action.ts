import { useState } from "react";
import { ApiError } from "./client.ts";

/** Something a person can make the service do: whether it is under way, and how it failed last. */
export interface Action<Input extends unknown[]> {
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  run(...input: Input): void;
}

/** Runs one request at a time and keeps its failure for display. */
export function useAction<Input extends unknown[], Answer>(
  act: (...input: Input) => Promise<Answer>,
  then: (answer: Answer) => void = () => {},
): Action<Input> {
  const [state, setState] = useState<{ busy: boolean; error?: ApiError }>({ busy: false });
  const run = (...input: Input) => {
    setState({ busy: true });
    act(...input).then(
      (answer) => {
        setState({ busy: false });
        then(answer);
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setState({ busy: false, error });
      },
    );
  };
  return { busy: state.busy, error: state.error, run };
}
