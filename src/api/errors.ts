import { UserError } from "../base/index.ts";

/** What Fastify and its plugins put on the errors they throw. */
interface HttpError {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly message?: unknown;
  readonly validation?: readonly { readonly instancePath: string; readonly message?: string; readonly params: Record<string, unknown> }[];
  readonly validationContext?: unknown;
}

const contractHint = "The contract is at /openapi.json.";

/** A refused field, named: the first issue of a Zod validation as Fastify reports it. */
function invalidField({ validation = [], validationContext }: HttpError): UserError {
  const issue = validation[0]!;
  const { keys } = issue.params;
  const unknown = Array.isArray(keys) ? String(keys[0]) : undefined;
  const fields = [...issue.instancePath.split("/"), unknown ?? ""].filter((part) => part !== "");
  const path = fields.join(".") || String(validationContext ?? "body");
  return new UserError("request/invalid", `${path}: ${issue.message ?? "does not fit the contract"}`, {
    path,
    hint: `${unknown === undefined ? `Correct ${path}.` : `Remove or respell "${unknown}".`} ${contractHint}`,
  });
}

/** Any failure of a request as the one error that clients see. What is not the request's fault tells them nothing but that. */
export function toUserError(error: unknown, bodyLimit: number): UserError {
  if (error instanceof UserError) return error;
  const http: HttpError = typeof error === "object" && error !== null ? error : {};
  if (http.validation !== undefined) return invalidField(http);
  const status = typeof http.statusCode === "number" ? http.statusCode : 500;
  if (status === 413) {
    return new UserError("request/too-large", `The body is larger than ${bodyLimit.toLocaleString("en-US")} bytes.`, {
      path: "body",
      hint: "Send less in one request.",
    });
  }
  if (status === 404) return notFound("That address");
  if (status >= 400 && status < 500) {
    return new UserError("request/malformed", String(http.message ?? "The request cannot be understood."), {
      path: "body",
      hint: `Send JSON, with content-type application/json. ${contractHint}`,
    });
  }
  return new UserError("service/failed", "The service failed.", { hint: "Try again; the service's log says what happened.", cause: error });
}

/** Nothing answers there. */
export const notFound = (what: string): UserError =>
  new UserError("request/not-found", `${what} does not exist.`, { hint: `Check the address and the method. ${contractHint}` });
