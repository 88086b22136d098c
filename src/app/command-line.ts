/** A command line of the program with its options, each as often as it has values, `null` being a switch; what a shell would read otherwise is quoted. */
export function commandLine(
  words: readonly string[],
  options: Readonly<Record<string, readonly (string | number | null | undefined)[]>> = {},
): string {
  const said = Object.entries(options).flatMap(([name, values]) =>
    values.flatMap((value) => (value === undefined ? [] : value === null ? [`--${name}`] : [`--${name}`, quoted(String(value))])),
  );
  return ["tradewind", ...words.map(quoted), ...said].join(" ");
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
