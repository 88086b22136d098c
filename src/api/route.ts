import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Services } from "../app/index.ts";
import { ErrorDocument } from "./contract.ts";
import type { EventHub } from "./event-hub.ts";

/** What routes are made of. */
export interface RouteContext {
  readonly services: Services;
  readonly hub: EventHub;
}

/** A file of routes: given the context, a Fastify plugin. */
export type Routes = (context: RouteContext) => FastifyPluginAsyncZod;

/** The answers that every route can give besides its own. */
export const failures = { "4xx": ErrorDocument, "5xx": ErrorDocument } as const;
