import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import websocket from "@fastify/websocket";
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import type { Services } from "../app/index.ts";
import { UserError } from "../base/index.ts";
import { namedSchemas } from "./contract.ts";
import { serveDashboard } from "./dashboard.ts";
import { toUserError } from "./errors.ts";
import { EventHub } from "./event-hub.ts";
import { guard } from "./guard.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { modelRoutes } from "./routes/models.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { predictRoutes } from "./routes/predict.ts";
import { runRoutes } from "./routes/runs.ts";
import { sessionRoutes } from "./routes/sessions.ts";

/** What a server is made of. Only `services` must be given; `webRoot` is the folder of the built dashboard. */
export interface ServerOptions {
  readonly services: Services;
  readonly webRoot?: string;
  readonly logger?: FastifyBaseLogger;
  /** Host names, without port, that the service answers for besides loopback. */
  readonly allowedHosts?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly heartbeatMs?: number;
  readonly maxBufferedBytes?: number;
}

const bodyLimit = 1_000_000;

/** Gives the client the coded error, and the log the cause where the fault is ours. */
function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = toUserError(error, bodyLimit);
  if (failure.httpStatus >= 500) request.log.error(error);
  void reply.code(failure.httpStatus).send(failure.toJSON());
}

/** Nothing from outside. The hash is of the style element that lightweight-charts adds for TradingView's attribution. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY='"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The HTTP and WebSocket service over a `Services`, ready to listen. The caller owns `services` and closes it after the server. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { services, webRoot, logger, allowedHosts = [], requestsPerMinute = 60_000 } = options;
  const { heartbeatMs = 10_000, maxBufferedBytes = 1_000_000 } = options;
  const server: FastifyInstance = fastify({
    bodyLimit,
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    frameworkErrors: answerFailure,
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerFailure);
  server.addHook("onRequest", async ({ headers }) => guard(headers, allowedHosts));

  const hub = new EventHub((listener) => services.subscribe(listener), { heartbeatMs, maxBufferedBytes });
  server.addHook("onClose", async () => hub.close());

  server.register(helmet, { contentSecurityPolicy, strictTransportSecurity: false });
  server.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000, errorResponseBuilder: (_request, { after }) => tooMany(after) });
  server.register(websocket, { options: { maxPayload: 1024 } });
  server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Tradewind", version: "1.0.0", description: "Runs, models, predictions and paper-trading sessions." },
    },
    transform: createJsonSchemaTransform({ schemaRegistry: namedSchemas }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: namedSchemas }),
  });

  const context = { services, hub };
  const atRoot = [healthRoutes, predictRoutes, openapiRoutes];
  for (const routes of atRoot) server.register(routes(context));
  for (const routes of [...atRoot, runRoutes, modelRoutes, sessionRoutes, eventRoutes])
    server.register(routes(context), { prefix: "/api" });
  serveDashboard(server, webRoot);
  return server;
}

const tooMany = (after: string): UserError =>
  new UserError("request/too-many", "Too many requests.", { hint: `Wait ${after}, or start the service with a higher limit.` });

/** Starts listening, on loopback unless told otherwise, and gives the address to open. Port 0 takes any free one. */
export async function listen(server: FastifyInstance, { port, host = "127.0.0.1" }: { port: number; host?: string }): Promise<string> {
  try {
    return await server.listen({ port, host });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new UserError("service/port-in-use", `Port ${port} of ${host} is taken.`, {
      path: "port",
      hint: "Choose another with --port, or stop the other program.",
      cause: error,
    });
  }
}
