export * from "./contract.ts";
export { createServer, listen, type ServerOptions } from "./server.ts";
