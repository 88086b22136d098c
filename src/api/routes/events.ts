import { UserError } from "../../base/index.ts";
import type { Routes } from "../route.ts";

/** WebSocket `/events`: what happens, as it happens, as `StreamEvent`s in JSON. Nothing is listened to. */
export const eventRoutes: Routes =
  ({ hub }) =>
  async (server) => {
    server.route({
      method: "GET",
      url: "/events",
      schema: { summary: "WebSocket: events as they happen" },
      handler: () => {
        throw new UserError("request/malformed", "This address speaks WebSocket.", {
          path: "upgrade",
          hint: "Open it with a WebSocket client.",
        });
      },
      wsHandler: (socket) => hub.add(socket),
    });
  };
