import { chartFigure } from "../../charts/index.ts";
import { type Content, type Html, html } from "../../markup.ts";
import type { Block, Cell, Table } from "../story/block.ts";

/** A piece of the story as a part of the page; charts and cards stand one beneath the other. */
export function blockHtml(block: Block): Html {
  switch (block.kind) {
    case "words":
      return html`<p class="soft text">${block.text}</p>`;
    case "list":
      return html`<ul class="text">
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
    case "facts":
      return html`<div class="card">
        ${block.title === null ? null : html`<h3>${block.title}</h3>`} ${facts(block.rows.map(([name, value]) => [name, cellHtml(value)]))}
      </div>`;
    case "table":
      return html`<div class="card">
        ${block.title === null ? null : html`<h3>${block.title}</h3>`} ${tableHtml(block.table)}
        ${block.note === null ? null : html`<p class="soft below">${block.note}</p>`}
      </div>`;
    case "chart":
      return chartFigure(block.chart);
    case "charts":
      return html`<div class="side-by-side">${block.charts.map(chartFigure)}</div>`;
    case "folded":
      return html`<details${attribute("class", block.onPaper ? "on-paper" : "")}>
        <summary>${block.summary}</summary>
        ${block.blocks.map(blockHtml)}
      </details>`;
    case "code":
      return html`<pre class="card">${block.text}</pre>`;
  }
}

/** Names and what they stand for, as a list in two columns; rows without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Html {
  const known = rows.filter(([, value]) => value !== null);
  return html`<dl class="facts">
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** Rows under their heads, as a table that scrolls by itself; the first cell heads its row. */
function tableHtml({ heads, rows, dense }: Table): Html {
  const look = (index: number) => [heads[index]!.own && "own", heads[index]!.prose && "prose"].filter(Boolean).join(" ");
  const line = ({ cells: [first, ...others], chosen }: Table["rows"][number]) =>
    html`<tr${attribute("class", chosen ? "chosen" : "")}>
      <th scope="row">${cellHtml(first!)}</th>
      ${others.map((cell, index) => html`<td${attribute("class", look(index + 1))}${attribute("style", heatOf(cell))}>${cellHtml(cell)}</td>`)}
    </tr> `;
  return html`<div class="scroll" tabindex="0">
    <table${attribute("class", dense ? "dense" : heads.length > 8 ? "many" : "")}>
      <thead>
        <tr>
          ${heads.map(({ text }, index) => html`<th scope="col" ${attribute("class", look(index))}>${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(line)}
      </tbody>
    </table>
  </div>`;
}

/** An attribute, unless there is nothing in it. */
const attribute = (name: "class" | "style", value: string): Content => value !== "" && html` ${name}="${value}"`;

const strongest = 58; // Per cent of the colour: ink on it stays readable.

function heatOf(cell: Cell): string {
  if (typeof cell === "string" || cell.heat === undefined) return "";
  const share = Math.round(Math.abs(cell.heat) * strongest);
  return `background:color-mix(in srgb,var(--${cell.heat < 0 ? "loss" : "gain"}) ${share}%,var(--card))`;
}

function cellHtml(cell: Cell): Content {
  if (typeof cell === "string") return cell;
  const { text, tone, code = false, hint } = cell;
  if (code) return html`<code>${text}</code>`;
  if (tone !== undefined) return html`<span class="${tone}-text">${text}</span>`;
  return hint === undefined ? text : html`<span title="${hint}">${text}</span>`;
}
