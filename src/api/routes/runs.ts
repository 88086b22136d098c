import { z } from "zod";
import { renderReportHtml, reportPagePolicy } from "../../app/index.ts";
import { IdParams, Report, RunRequest, RunSummary, TrainingPoint } from "../contract.ts";
import { failures, type Routes } from "../route.ts";

/** Training and evaluation jobs: list, start, stop, and the report of a finished one. */
export const runRoutes: Routes =
  ({ services }) =>
  async (server) => {
    server.get("/runs", { schema: { summary: "Runs, newest first", response: { 200: z.array(RunSummary).readonly(), ...failures } } }, () =>
      services.runs(),
    );
    server.post(
      "/runs",
      { schema: { summary: "Start a training run", body: RunRequest, response: { 202: RunSummary, ...failures } } },
      async ({ body }, reply) => reply.code(202).send(await services.startRun(body)),
    );
    server.get(
      "/runs/:id/report",
      { schema: { summary: "The evaluation of a finished run", params: IdParams, response: { 200: Report, ...failures } } },
      ({ params }) => services.report(params.id),
    );
    server.get(
      "/runs/:id/report.html",
      {
        schema: {
          summary: "The same as a page that can be kept and printed",
          produces: ["text/html"],
          params: IdParams,
          response: { 200: z.string(), ...failures },
        },
      },
      async ({ params }, reply) => {
        const page = renderReportHtml(await services.report(params.id));
        return reply
          .type("text/html; charset=utf-8")
          .header("content-security-policy", `${reportPagePolicy}; frame-ancestors 'none'`)
          .send(page);
      },
    );
    server.get(
      "/runs/:id/training",
      {
        schema: {
          summary: "The training of a run so far, also while it goes on",
          params: IdParams,
          response: { 200: z.array(TrainingPoint).readonly(), ...failures },
        },
      },
      ({ params }) => services.training(params.id),
    );
    server.post(
      "/runs/:id/stop",
      { schema: { summary: "Stop a run cleanly", params: IdParams, response: { 200: RunSummary, ...failures } } },
      ({ params }) => services.stopRun(params.id),
    );
  };
