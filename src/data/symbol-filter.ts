import { UserError } from "../base/index.ts";

/** Lets through the rows of one symbol: the one asked for, or the only one there is. */
export class SymbolFilter {
  otherRows = 0;
  private readonly file: string;
  private readonly wanted: string | undefined;
  private readonly symbols = new Set<string>();

  constructor(file: string, wanted: string | undefined) {
    this.file = file;
    this.wanted = wanted;
  }

  takes(symbol: string): boolean {
    this.symbols.add(symbol);
    if (this.wanted === undefined || symbol === this.wanted) return true;
    this.otherRows++;
    return false;
  }

  /** The symbol of the rows let through. Several where none was asked for, or none found, is a `UserError` that lists them. */
  chosen(): string {
    this.assertFound();
    if (this.wanted === undefined && this.symbols.size > 1)
      throw this.error("holds several symbols", 'Choose one with the option symbol; an import takes "all" of them as series');
    return this.wanted ?? [...this.symbols][0]!;
  }

  assertFound(): void {
    if (this.wanted === undefined || this.symbols.size === 0 || this.symbols.has(this.wanted)) return;
    throw this.error(`has no symbol ${this.wanted}`, "Set the option symbol to one that it has");
  }

  private error(what: string, hint: string): UserError {
    const names = [...this.symbols].toSorted();
    const listed = names.slice(0, 20).join(", ") + (names.length > 20 ? `, and ${names.length - 20} more` : "");
    return new UserError("data/invalid-value", `${this.file} ${what}: ${listed}`, { path: "symbol", hint: `${hint}.` });
  }
}
