const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/**
 * Splits the record at `start` into `cells` and returns where the next one starts, or −1 where the text ends inside it. The end
 * of the text ends a record if `isLast` says that nothing follows, a quote left open excepted. Cells may be quoted (RFC 4180);
 * lines end with LF, CRLF or CR.
 */
export function splitRecord(text: string, start: number, delimiter: number, cells: string[], isLast: boolean): number {
  let count = 0;
  let at = start;
  for (;;) {
    const from = at;
    if (text.charCodeAt(at) === quote) {
      at = closingQuote(text, at + 1);
      if (at < 0) return -1;
      cells[count++] = text.slice(from + 1, at).replaceAll('""', '"');
      at++;
    }
    const rest = at;
    let code = text.charCodeAt(at);
    while (at < text.length && code !== delimiter && code !== lineFeed && code !== carriageReturn) code = text.charCodeAt(++at);
    if (rest === from) cells[count++] = text.slice(from, at);
    if (at >= text.length) {
      if (!isLast) return -1;
      cells.length = count;
      return text.length;
    }
    at++;
    if (code === delimiter) continue;
    if (code === carriageReturn) {
      if (at === text.length && !isLast) return -1;
      if (text.charCodeAt(at) === lineFeed) at++;
    }
    cells.length = count;
    return at;
  }
}

/** Where the quoted cell that starts at `from` ends, or −1. A doubled quote stands for one. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== quote) return at;
  }
  return -1;
}
