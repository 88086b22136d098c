import { z } from "zod";
import { IdParams, SessionRequest, SessionSnapshot, SessionSummary } from "../contract.ts";
import { failures, type Routes } from "../route.ts";

/** Paper-trading sessions: list, start, look into, pause, resume, kill. */
export const sessionRoutes: Routes =
  ({ services }) =>
  async (server) => {
    server.get(
      "/sessions",
      { schema: { summary: "Sessions, newest first", response: { 200: z.array(SessionSummary).readonly(), ...failures } } },
      () => services.sessions(),
    );
    server.post(
      "/sessions",
      { schema: { summary: "Start paper trading", body: SessionRequest, response: { 202: SessionSummary, ...failures } } },
      async ({ body }, reply) => reply.code(202).send(await services.startSession(body)),
    );
    server.get(
      "/sessions/:id",
      { schema: { summary: "A session with its points and trades", params: IdParams, response: { 200: SessionSnapshot, ...failures } } },
      ({ params }) => services.session(params.id),
    );
    const commands = [
      ["pause", "Stop deciding until resumed", (id: string) => services.pauseSession(id)],
      ["resume", "Go on after a pause", (id: string) => services.resumeSession(id)],
      ["kill", "Latch the kill switch: nothing is ordered any more", (id: string) => services.killSession(id)],
    ] as const;
    for (const [name, summary, act] of commands) {
      server.post(
        `/sessions/:id/${name}`,
        { schema: { summary, params: IdParams, response: { 204: z.undefined(), ...failures } } },
        async ({ params }, reply) => {
          await act(params.id);
          return reply.code(204).send(undefined);
        },
      );
    }
  };
