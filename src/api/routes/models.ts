import { z } from "zod";
import { ModelSummary } from "../contract.ts";
import { failures, type Routes } from "../route.ts";

/** `GET /models`: the registry. */
export const modelRoutes: Routes =
  ({ services }) =>
  async (server) => {
    server.get(
      "/models",
      { schema: { summary: "Registered models, newest first", response: { 200: z.array(ModelSummary).readonly(), ...failures } } },
      () => services.models(),
    );
  };
