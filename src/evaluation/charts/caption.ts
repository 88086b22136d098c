import { type Content, type Html, html } from "../markup.ts";
import type { LegendEntry } from "./plot.ts";

/** What stands above a drawing: its title, what it shows, and its legend. */
export function caption(title: string, note: string | null, legend: readonly LegendEntry[]): Html {
  const entry = ({ name, tone, look }: LegendEntry): Content =>
    look === "mark" ? html`<li class="mark"><i class="${tone}"></i>${name}</li>` : html`<li class="${tone} ${look}">${name}</li>`;
  return html`<figcaption>
    <h3>${title}</h3>
    ${note === null ? null : html`<p>${note}</p>`}
    ${
      legend.length === 0
        ? null
        : html`<ul class="legend">
            ${legend.map(entry)}
          </ul>`
    }
  </figcaption>`;
}
