const longestText = 300;

/** Takes secrets out of a text, as they are and as they stand in an address. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter((secret) => secret !== "").flatMap(formsOf))];
  const longestFirst = forms.toSorted((left, right) => right.length - left.length);
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, "[key]"), text);
}

/** A secret as it is, and as addresses and forms write it. */
const formsOf = (secret: string): string[] => [secret, encodeURIComponent(secret), new URLSearchParams({ "": secret }).toString().slice(1)];

/** A vendor's words as one short line: without tags, control characters and more than a person reads. */
export function plainText(text: string): string {
  const line = text
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}
