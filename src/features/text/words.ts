/** A word, a number or a mark of a text. */
export interface Token {
  readonly kind: "word" | "percent" | "number" | "comma" | "stop" | "question";
  /** In small letters. */
  readonly text: string;
  /** Of a word, what it may be an inflection of: itself first. */
  readonly forms: readonly string[];
  /** Of a number or percentage. */
  readonly value: number;
  /** A number is written with a plus or minus before it. */
  readonly isSigned: boolean;
}

const links = /https?:\/\/\S+|www\.\S+|\bURL\b|@\w+|\bAT_USER\b|&\w+;|^(?:\s*RT\b:?)+/gi;
const pattern = new RegExp(
  [
    String.raw`(?<cashtag>\$\s?[a-z][a-z.]*)`,
    String.raw`(?<percent>[+-]?\s?\d[\d,]*(?:\.\d+)?\s?(?:%|percent\b|per cent\b|pct\b))`,
    String.raw`(?<number>(?:(?<![\w.])[+-])?\s?[$€£]?\s?\d[\d,]*(?:\.\d+)?)`,
    String.raw`(?<word>[a-z]+(?:['_][a-z]+)*)`,
    String.raw`(?<question>\?)`,
    String.raw`(?<stop>\.(?!\d)|[!;|\n…])`,
    String.raw`(?<comma>[,:()–—"]|\s-\s)`,
  ].join("|"),
  "gi",
);

const none: readonly string[] = [];

/** The tokens of a text. Links, names of users, cashtags such as $AAPL and signs without a meaning are left out; "#bullish" is a word. */
export function tokensOf(text: string): Token[] {
  const plain = text
    .normalize("NFKC")
    .replace(links, " ")
    .replaceAll(/[’‘`]/g, "'")
    .replaceAll(/(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=[a-z])/gi, " ");
  const tokens: Token[] = [];
  for (const match of plain.matchAll(pattern)) {
    const [kind, found] = Object.entries(match.groups!).find(([, part]) => part !== undefined)!;
    if (kind !== "cashtag") tokens.push(tokenOf(kind as Token["kind"], found!));
  }
  return tokens;
}

function tokenOf(kind: Token["kind"], found: string): Token {
  const text = found.trim().toLowerCase();
  if (kind === "word") return { kind, text, forms: formsOf(text), value: NaN, isSigned: false };
  const isNumber = kind === "percent" || kind === "number";
  const digits = isNumber ? text.replaceAll(/[^\d.+-]/g, "") : "";
  return { kind, text, forms: isNumber ? [digits] : none, value: isNumber ? Number(digits) : NaN, isSigned: /^[+-]/.test(digits) };
}

const doubled = /([bdglmnprt])\1$/;

/** A word and the words that it may be an inflection of: plural, third person, past, participle, comparative, adverb and genitive. */
export function formsOf(word: string): string[] {
  const forms = new Set([word, word.replaceAll("'", "")]);
  const stem = word.replace(/'s?$/, "");
  forms.add(stem);
  if (word.endsWith("n't")) forms.add("not");
  const add = (ending: RegExp, ...replacements: readonly string[]) => {
    if (!ending.test(stem) || stem.length < 4) return;
    for (const replacement of replacements) {
      const root = stem.replace(ending, replacement);
      if (root.length < 2) continue;
      forms.add(root);
      if (replacement === "" && doubled.test(root)) forms.add(root.slice(0, -1));
    }
  };
  add(/ies$/, "y", "ie");
  add(/(?<=[sxz]|[cs]h)es$/, "");
  add(/(?<!s)s$/, "");
  add(/ied$/, "y");
  add(/ed$/, "", "e");
  add(/ing$/, "", "e");
  add(/ings$/, "", "e", "ing");
  add(/ier$/, "y");
  add(/er$/, "", "e");
  add(/(?<=[a-z]{3})ly$/, "");
  return [...forms];
}
