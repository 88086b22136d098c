import { z } from "zod";
import { Interval, Metrics, Report, Stretch, Trade } from "./document.ts";

type Json = z.core.JSONSchema.BaseSchema;

/**
 * The contract of `report.json` as a JSON Schema (draft 7, which most validators read), with the descriptions of its fields. Shapes that
 * recur and the sections of a report stand under `definitions`.
 */
export function reportJsonSchema(): Record<string, unknown> {
  const named = namedShapes();
  const definitions = Object.fromEntries([...named].map(([shape, name]) => [name, schemaOf(shape, named)]));
  return { ...schemaOf(Report, named), $id: "tradewind/report@1", title: "Tradewind report", definitions };
}

/** The shapes that have a name of their own: those that recur, and each section. */
function namedShapes(): Map<z.core.$ZodType, string> {
  const sections = Object.entries(Report.shape).flatMap(([key, field]): [z.core.$ZodType, string][] => {
    const shape = field instanceof z.ZodExactOptional ? field.unwrap() : field;
    return shape instanceof z.ZodObject ? [[shape, `${key[0]!.toUpperCase()}${key.slice(1)}`]] : [];
  });
  return new Map<z.core.$ZodType, string>([
    ...sections,
    [Metrics, "Metrics"],
    [Stretch, "Stretch"],
    [Interval, "Interval"],
    [Trade, "Trade"],
  ]);
}

/** A shape as JSON Schema; other named shapes inside it are referred to. */
function schemaOf(shape: z.core.$ZodType, named: ReadonlyMap<z.core.$ZodType, string>): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(shape, {
    target: "draft-7",
    override({ zodSchema, jsonSchema }) {
      const name = zodSchema === shape ? undefined : named.get(zodSchema);
      if (name === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      jsonSchema.$ref = `#/definitions/${name}`;
    },
  });
  const plain = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => simpler(value)) as Record<string, unknown>;
  return shape === Report ? { $schema, ...plain } : plain;
}

/** Says "a number or null" in one line, refers without a detour, and leaves out bounds that only say "a safe integer". */
function simpler(part: unknown): unknown {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  const { anyOf, allOf, minimum, maximum, ...rest } = part as Json;
  const types = anyOf?.map((choice) => (typeof choice === "object" && Object.keys(choice).join() === "type" ? choice.type : null));
  const [only] = allOf ?? [];
  if (types && !types.includes(null)) return { ...rest, type: types };
  if (allOf?.length === 1 && Object.keys(rest).length === 0) return only;
  return {
    ...rest,
    ...(anyOf && { anyOf }),
    ...(allOf && { allOf }),
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}
