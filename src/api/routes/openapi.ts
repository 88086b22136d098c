import type { Routes } from "../route.ts";

/** `GET /openapi.json`: this contract, for programs. */
export const openapiRoutes: Routes = () => async (server) => {
  server.get("/openapi.json", { schema: { hide: true } }, () => server.swagger());
};
