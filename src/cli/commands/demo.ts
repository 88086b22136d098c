import { join, resolve } from "node:path";
import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { openService, untilStopped } from "../service.ts";

/** tradewind demo [--data FILE] [--no-serve] [--json]: what `npm start` runs. */
export default command({
  name: "demo",
  summary: "Train on real prices, judge on unseen ones, file the model, and paper-trade it on the dashboard",
  params: {
    data: z.string().default("sp500").describe("sp500, ndx, aapl, a stored data set, or a file"),
    serve: z.boolean().default(true).describe("open the dashboard and paper-trade the unseen stretch there"),
    steps: z.int().positive().optional().describe("environment steps of each training"),
    seeds: z.array(z.coerce.number().int().min(0)).default([]).describe("seeds to train, such as 1,2,3"),
    out: z.string().default("out/demo").describe("folder for report.html, report.md and report.json"),
    port: z.int().min(0).max(65_535).default(8700).describe("port of the dashboard"),
    barsPerSecond: z.number().positive().default(4).describe("pace of the paper trading"),
    home: homeOption,
  },
  async run({ serve, port, barsPerSecond, home, ...request }, context) {
    const { demo, openServices, homeAt, version } = await context.app();
    const out = resolve(context.cwd, request.out);
    if (!serve) {
      const services = await openServices({ home: homeAt(context.cwd, home), clock: context.clock, version });
      try {
        return await demo({ ...request, out }, services, context);
      } finally {
        await services.close();
      }
    }
    const service = await openService({ port, host: "127.0.0.1", allowedHosts: [], home }, context);
    try {
      context.log(`Dashboard: ${service.address}`);
      const result = await demo({ ...request, out }, service.services, context);
      if (result.model === null) return result;
      const session = await service.services.startSession({ model: result.model, barsPerSecond });
      context.log(`\n${summary(result)}\n\nPaper trading the unseen stretch: ${service.address}/sessions/${session.id}  (Ctrl-C stops it)`);
      await untilStopped(context.signal);
      return result;
    } finally {
      await service.close();
    }
  },
  print: summary,
});

interface DemoResult {
  readonly headline: string | null;
  readonly sentences: readonly string[];
  readonly model: string | null;
  readonly run: string;
  readonly out: string;
  readonly synthetic: boolean;
}

function summary({ headline, sentences, model, run, out, synthetic }: DemoResult): string {
  if (headline === null) return `Stopped. Go on with: npx tradewind train --resume ${run}`;
  return [
    ...(synthetic ? ["SYNTHETIC DATA"] : []),
    headline,
    ...sentences.map((each) => `  ${each}`),
    "",
    `Model   ${model}`,
    `Report  ${join(out, "report.html")}`,
  ].join("\n");
}
