import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { openService, untilStopped } from "../service.ts";

/** tradewind serve [--port 8700] [--host 127.0.0.1] */
export default command({
  name: "serve",
  summary: "Start the HTTP service and the dashboard, on loopback unless told otherwise",
  params: {
    port: z.int().min(0).max(65_535).default(8700).describe("port to listen on; 0 takes any free one"),
    host: z.string().default("127.0.0.1").describe("address to listen on"),
    allowHost: z.array(z.string()).default([]).describe("host names to answer for besides loopback"),
    home: homeOption,
  },
  async run({ port, host, allowHost, home }, context) {
    const service = await openService({ port, host, allowedHosts: allowHost, home }, context);
    context.log(`Tradewind listens on ${service.address}  (Ctrl-C stops it)`);
    await untilStopped(context.signal);
    await service.close();
    return { address: service.address };
  },
  print: ({ address }) => `Stopped listening on ${address}.`,
});
