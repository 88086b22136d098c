/** A piece of HTML that is safe to put into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: strings and numbers are escaped, HTML is not, lists are joined, `null` and `false` leave nothing. */
export type Content = Html | string | number | null | false | readonly Content[];

/** A template that escapes whatever is put into it. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, index) => part + (index < contents.length ? textOf(contents[index]!) : "")).join(""));
}

function textOf(content: Content): string {
  if (content === null || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string" || typeof content === "number") return escape(String(content));
  return content.map(textOf).join("");
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Data for a page's script to read: nothing in it can end the element. */
export function jsonScript(value: unknown): Html {
  return new Html(`<script type="application/json">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`);
}
