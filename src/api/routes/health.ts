import { Health } from "../contract.ts";
import { failures, type Routes } from "../route.ts";

/** `GET /health`: whether the service answers. */
export const healthRoutes: Routes =
  ({ services, hub }) =>
  async (server) => {
    server.get("/health", { schema: { summary: "Whether the service answers", response: { 200: Health, ...failures } } }, async () => ({
      ...(await services.health()),
      listeners: hub.counts(),
    }));
  };
