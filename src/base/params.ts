import { z } from "zod";
import { UserError, type ErrorCode } from "./errors.ts";

/** The parameters of an extension, as the fields of a Zod object. They are always strict: a misspelt one is refused. */
export type ParamsShape = z.core.$ZodShape;

/** What a shape's fields hold once parsed. */
export type ParamsOf<Shape extends ParamsShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** What a person may write for a shape: fields with defaults may be left out. */
export type ParamsInput<Shape extends ParamsShape> = z.input<z.ZodObject<Shape, z.core.$strict>>;

/** Parses a value against a schema; the first issue becomes a coded error that names the field. `at` is the value's own path. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at = "",
  code: ErrorCode = "config/invalid",
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [at, ...issue.path.map(String), ...(unknown === undefined ? [] : [unknown])].filter((part) => part !== "").join(".");
  const known =
    unknown !== undefined && schema instanceof z.ZodObject && issue.path.length === 0
      ? ` Known fields: ${Object.keys(schema.shape).join(", ")}.`
      : "";
  throw new UserError(code, `${path || "value"}: ${issue.message}`, {
    path,
    hint: unknown === undefined ? `Correct ${path || "the value"}.` : `Remove or respell "${unknown}".${known}`,
  });
}

/** Parses an extension's parameters, filling in defaults. */
export function parseParams<Shape extends ParamsShape>(shape: Shape, value: unknown, at = "params"): ParamsOf<Shape> {
  return parse(z.strictObject(shape), value ?? {}, at) as ParamsOf<Shape>;
}

/** The environment variables that each secret of a shape may come from, the usual one first. */
const secretVariables = z.registry<{ readonly variables: readonly string[] }>();

/** A secret that comes from an environment variable, or from one that used to hold it, and is never written anywhere. */
export function secret(variable: string, ...formerly: readonly string[]) {
  const variables = [variable, ...formerly];
  const schema = z
    .string()
    .min(1)
    .prefault(() => {
      const value = variables.map((name) => process.env[name]).find((text) => text);
      if (!value)
        throw new UserError("config/missing-secret", `${variable} is not set`, {
          path: variable,
          hint: `Set the environment variable ${variable}.`,
        });
      return value;
    });
  secretVariables.add(schema, { variables });
  return schema;
}

/** The secrets among a shape's fields: the environment variables of each, and whether one of them is set. Never its value. */
export const secretsOf = (
  shape: ParamsShape,
): { readonly field: string; readonly variables: readonly string[]; readonly isSet: boolean }[] =>
  Object.entries(shape).flatMap(([field, schema]) => {
    const variables = secretVariables.get(schema as z.ZodType)?.variables;
    return variables === undefined ? [] : [{ field, variables, isSet: variables.some((name) => process.env[name]) }];
  });

/** An environment variable that is no secret, such as a cache folder. */
export const environmentVariable = (name: string): string | undefined => process.env[name];
