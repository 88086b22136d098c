import { Argument, type Command as Program, Option } from "commander";
import { z } from "zod";
import { parse, type ParamsShape, UserError } from "../base/index.ts";
import type { Command } from "./command.ts";

/** What the JSON schema of a parameter says about the form of its option. */
interface Field {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Field;
  readonly default?: unknown;
  readonly description?: string;
}

/** `maxGapDays` as it is typed: `max-gap-days`. */
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const fieldOf = (schema: ParamsShape[string]): Field =>
  z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }) as Field;

const isRequired = (schema: ParamsShape[string]): boolean => !z.safeParse(schema, undefined).success;

/** What a typed word means to the field; what fits nothing stays text, for the schema to refuse in its own words. */
function valueOf(word: string, { type, items }: Field): unknown {
  if (type === "array") return word.split(",").map((part) => valueOf(part.trim(), items ?? {}));
  if (type === "number" || type === "integer") return word.trim() !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
  if (type === "boolean") return word === "true" ? true : word === "false" ? false : word;
  return word;
}

function descriptionOf({ description = "", enum: choices, items, default: initial }: Field): string {
  const values = choices ?? items?.enum;
  const notes = [
    ...(values === undefined ? [] : [values.join(" | ")]),
    ...(initial === undefined || initial === null || typeof initial === "boolean" || String(initial) === ""
      ? []
      : [`default: ${initial as string}`]),
  ];
  return [description, notes.length === 0 ? "" : `(${notes.join("; ")})`].filter((part) => part !== "").join(" ");
}

function optionOf(name: string, field: Field): Option[] {
  const flag = kebab(name);
  const description = descriptionOf(field);
  if (field.type === "boolean") {
    const off = new Option(`--no-${flag}`, `do not ${description || flag}`);
    const on = new Option(`--${flag}`, description);
    return field.default === true ? [on.hideHelp(), off] : field.default === false ? [on] : [on, off];
  }
  const option = new Option(
    `--${flag} <${field.type === "array" ? `${field.items?.type ?? "value"},…` : (field.type ?? "value")}>`,
    description,
  );
  return [
    option.argParser((word: string, previous: unknown) => {
      const value = valueOf(word, field);
      return Array.isArray(value) && Array.isArray(previous) ? [...(previous as unknown[]), ...(value as unknown[])] : value;
    }),
  ];
}

/** Adds a command's arguments and options, read from its `params`, to a commander command. */
export function addParams(program: Program, { params, arguments: positional = [] }: Command): void {
  for (const name of positional) {
    const field = fieldOf(params[name]!);
    const word = `${kebab(name)}${field.type === "array" ? "..." : ""}`;
    program.addArgument(new Argument(isRequired(params[name]!) ? `<${word}>` : `[${word}]`, descriptionOf(field)));
  }
  for (const [name, schema] of Object.entries(params)) {
    if (!positional.includes(name)) optionOf(name, fieldOf(schema)).forEach((option) => program.addOption(option));
  }
}

/** A parameter as it is typed: `<file>` or `--max-gap-days`. */
const typedName = ({ arguments: positional = [] }: Command, name: string): string =>
  positional.includes(name) ? `<${kebab(name)}>` : `--${kebab(name)}`;

function valueByPlace(word: unknown, field: Field): unknown {
  if (Array.isArray(word)) return word.map((item) => valueOf(String(item), field.items ?? {}));
  return typeof word === "string" ? valueOf(word, field) : word;
}

/** What the schema says about a parameter, said of the option that was typed. */
function optionError(command: Command, error: UserError, given: Readonly<Record<string, unknown>>): UserError {
  const name = error.path?.split(".")[0] ?? "";
  if (!(name in command.params)) return error;
  const typed = typedName(command, name);
  const said = error.message.replace(`${error.path}: `, "");
  const { description } = fieldOf(command.params[name]!);
  return new UserError("usage/invalid-option", name in given ? `${typed}: ${said}` : `${typed} is missing`, {
    path: typed,
    hint: `Give ${typed}${description === undefined ? "" : `, ${description}`}. "--help" lists every option.`,
    cause: error,
  });
}

/** The request that the words of a command line make. Throws `usage/invalid-option`, which names the option as it is typed. */
export function requestOf(command: Command, words: readonly unknown[], options: Readonly<Record<string, unknown>>): unknown {
  const { params, arguments: positional = [] } = command;
  const byPlace = positional.map((name, index) => [name, valueByPlace(words[index], fieldOf(params[name]!))] as const);
  const byName = Object.entries(options).filter(([name]) => name in params);
  const isGiven = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  const given = Object.fromEntries([...byName, ...byPlace].filter(([, value]) => isGiven(value)));
  try {
    return parse(z.strictObject(params), given, "", "usage/invalid-option");
  } catch (error) {
    throw error instanceof UserError ? optionError(command, error, given) : error;
  }
}
