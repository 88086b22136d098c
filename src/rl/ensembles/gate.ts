import { hashOf, UserError } from "../../base/index.ts";
import { ensembleKind } from "../ensemble.ts";
import { mix, softmaxRows } from "../mix.ts";

/** What a controller's observations are called: it sees what its members see, and is yet no policy of their environment. */
export const controllerSchema = (observationSchema: string, memberCount: number): string =>
  hashOf({ controls: observationSchema, memberCount });

/**
 * A trained controller looks at the observation and weighs the members: the softmax of its numbers, one a member, mixes their
 * probabilities or numbers (a mixture of experts: Jacobs, Jordan, Nowlan & Hinton, 1991). `trainGate` trains one.
 */
export default ensembleKind({
  name: "gate",
  params: {},
  hasController: true,
  start({ memberCount, observationSchema, controller }) {
    if (controller!.observationSchema !== controllerSchema(observationSchema, memberCount)) {
      throw new UserError(
        "model/schema-mismatch",
        `The controller was not trained to weigh ${memberCount} members that see ${observationSchema}.`,
        {
          path: "controller",
          hint: "Train one with trainGate for these members.",
        },
      );
    }
    return (observations, count, preferences, out, weights) => {
      controller!.decide(observations, count, weights);
      softmaxRows(weights, count, weights);
      mix(preferences, weights, count, out);
    };
  },
});
