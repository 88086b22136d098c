export { dashboardFolder, dashboardIsStale, ensureDashboard } from "./build-dashboard.ts";
export * from "./contract.ts";
export { createServer, listen, type ServerOptions } from "./server.ts";
