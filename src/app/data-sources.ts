import { z } from "zod";
import { parse, type ParamsShape, secretsOf } from "../base/index.ts";
import { type RemoteSource, type Source, sources } from "../data/index.ts";

/** Where bars can be had from, as a line of a list. */
export interface SourceLine {
  readonly name: string;
  /** Comes with a package, is a file of the user's, or is downloaded from afar. */
  readonly kind: "sample" | "file" | "remote";
  readonly summary: string;
  /** The environment variables that hold its keys, any of each line's, and whether one of them is set. Never their values. */
  readonly keys: readonly { readonly variables: readonly string[]; readonly isSet: boolean }[];
}

const all: readonly Source[] = Object.values(sources);

const isRemote = (each: Source): each is RemoteSource => each.pages !== undefined;

/** The sources that are downloaded page after page. */
const remoteSources: readonly RemoteSource[] = all.filter(isRemote);

/** All sources, with what they need. */
export const listSources = (): readonly SourceLine[] =>
  all.map((each) => ({
    name: each.name,
    kind: isRemote(each) ? "remote" : Object.keys(each.params).length === 0 ? "sample" : "file",
    summary: each.summary,
    keys: secretsOf(each.params).map(({ variables, isSet }) => ({ variables, isSet })),
  }));

const RemoteName = z.enum(remoteSources.map(({ name }) => name));

/** The remote source of a name; none is a `UserError` that lists them. */
export function remoteSource(name: string): RemoteSource {
  const known = parse(RemoteName, name, "source", "usage/invalid-option");
  return remoteSources.find((each) => each.name === known)!;
}

/** What the JSON schema of a parameter says. */
interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
}

const fieldOf = (schema: ParamsShape[string]): Field =>
  z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }) as Field;

/**
 * The parameters of all remote sources as one shape, optional unless all of them need it: what a command line can ask before it
 * knows the source, whose own shape has the last word. Secrets are not among them: they come from the environment.
 */
export function fetchOptions(): ParamsShape {
  const fields = new Map<string, OfSource[]>();
  for (const { name, params } of remoteSources) {
    const secrets = secretsOf(params).map(({ field }) => field);
    for (const [key, schema] of Object.entries(params)) {
      if (!secrets.includes(key))
        fields.set(key, [
          ...(fields.get(key) ?? []),
          { source: name, field: fieldOf(schema), isRequired: !z.safeParse(schema, undefined).success },
        ]);
    }
  }
  return Object.fromEntries([...fields].map(([key, of]) => [key, optionFor(of)]));
}

/** A parameter as one source has it. */
interface OfSource {
  readonly source: string;
  readonly field: Field;
  readonly isRequired: boolean;
}

function optionFor(of: readonly OfSource[]): ParamsShape[string] {
  const { description = "" } = of[0]!.field;
  const where = whereText(of.map(({ source }) => source));
  const schema = schemaOf(of);
  const isRequired = of.length === remoteSources.length && of.every((each) => each.isRequired);
  return (isRequired ? schema : schema.optional()).describe(`${description}${where === "" ? "" : ` (${where})`}`);
}

/** Which sources a parameter belongs to, or the few that it does not. */
function whereText(names: readonly string[]): string {
  const others = remoteSources.map(({ name }) => name).filter((name) => !names.includes(name));
  if (others.length === 0) return "";
  return others.length < names.length ? `not ${others.join(", ")}` : names.join(", ");
}

function schemaOf(of: readonly OfSource[]): z.ZodType {
  const types = new Set(of.map(({ field: { type } }) => (type === "integer" ? "number" : type)));
  const choices = of.flatMap(({ field }) => field.enum ?? []);
  if (of.every(({ field }) => field.enum)) return z.enum([...new Set(choices)]);
  if (types.size === 1 && types.has("number")) return z.number();
  return types.size === 1 && types.has("boolean") ? z.boolean() : z.string();
}
