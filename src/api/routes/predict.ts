import { PredictRequest, PredictResponse } from "../contract.ts";
import { failures, type Routes } from "../route.ts";

/** `POST /predict`: what a model would do. The service checks the observation against the model's size. */
export const predictRoutes: Routes =
  ({ services }) =>
  async (server) => {
    server.post(
      "/predict",
      {
        schema: {
          summary: "What a model would do with one observation",
          body: PredictRequest,
          response: { 200: PredictResponse, ...failures },
        },
      },
      ({ body }) => services.predict(body),
    );
  };
