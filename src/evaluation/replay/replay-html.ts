import { number } from "../format.ts";
import { type Content, Html, html } from "../markup.ts";
import { printStyle } from "../report/html/print-style.ts";
import { reportScript } from "../report/html/script.ts";
import { reportStyle } from "../report/html/style.ts";
import { facts } from "../report/html/blocks.ts";
import { figuresOf } from "./figures.ts";
import type { EpisodeRecording } from "./recording.ts";
import { playerData, replayCharts } from "./replay-charts.ts";
import { replayScript } from "./replay-script.ts";
import { replayStyle } from "./replay-style.ts";
import { endingText, whenOf } from "./terminal.ts";

/** An episode as one HTML file that needs nothing else: charts, and a player that walks through it moment by moment. */
export function renderReplayHtml(recording: EpisodeRecording): string {
  const style = new Html(`<style>${reportStyle}${printStyle(recording.name)}${replayStyle}</style>`);
  const script = new Html(`<script>${reportScript}${replayScript}</script>`);
  const hasDepth = recording.frames.some(({ depth }) => depth !== undefined);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${recording.name} – Tradewind replay</title>
        ${style}
      </head>
      <body>
        <main>
          ${[heading(recording), tiles(recording), player(recording)]}
          <div class="${hasDepth ? "stage with-depth" : "stage"}">
            <div>${replayCharts(recording)}</div>
            ${hasDepth ? ladder(recording) : null}
          </div>
          ${closing(recording)}
        </main>
        ${script}
      </body>
    </html> `.text;
}

function heading(recording: EpisodeRecording): Html {
  const { name, agent, instruments, frames, ending } = recording;
  const what = instruments.length > 4 ? `${instruments.length} instruments` : instruments.join(", ");
  return html`<header>
    <h1>${name}</h1>
    <p>
      ${agent} on ${what}, ${whenOf(recording, frames[0]!)} to ${whenOf(recording, frames.at(-1)!)}, ${number(frames.length - 1, 0)} steps,
      ${endingText[ending]}
    </p>
  </header>`;
}

function tiles(recording: EpisodeRecording): Html {
  const { frames, equityUnit } = recording;
  const { equityChange, deepestFall, rewardSum, changes } = figuresOf(recording);
  const start = frames[0]!.equity;
  const share = start > 0 ? `${number((100 * equityChange) / start, 2)} % of what it began with` : `began with ${number(start, 0)}`;
  const tile = (label: string, value: string, beside: string) =>
    html`<div class="card">
      <dt>${label}</dt>
      <dd class="value">${value}</dd>
      <dd class="beside">${beside}</dd>
    </div>`;
  const amount = (value: number) => number(value, Number.isInteger(value) ? 0 : 2);
  return html`<dl class="tiles">
    ${[
      tile("Change of equity", `${equityChange > 0 ? "+" : ""}${amount(equityChange)}`, `${equityUnit}; ${share}`),
      tile("Deepest fall", amount(deepestFall), `${equityUnit}, below the peak so far`),
      tile("Σ reward", number(rewardSum, 3), "as the agent was paid"),
      tile("Changes of position", number(changes.length, 0), `in ${number(frames.length - 1, 0)} steps`),
    ]}
  </dl>`;
}

function player(recording: EpisodeRecording): Html {
  const { frames, instruments, priceUnit, positionUnit, equityUnit } = recording;
  const single = instruments.length === 1;
  const readout = (key: string, label: string, unit: string): Content =>
    html`<div>
      <dt>${label}</dt>
      <dd data-show="${key}"></dd>
      <dd class="unit">${unit}</dd>
    </div>`;
  return html`<section class="card player" aria-label="Replay">
    <div class="controls">
      <button type="button" id="play" aria-label="Play">▶</button>
      <input
        type="range"
        id="at"
        min="0"
        max="${frames.length - 1}"
        value="${frames.length - 1}"
        step="1"
        aria-label="Moment of the episode"
      />
      <label class="speed"
        >Speed
        <select id="speed">
          <option value="5">5 steps/s</option>
          <option value="20" selected>20 steps/s</option>
          <option value="100">100 steps/s</option>
        </select></label
      >
    </div>
    <dl class="readouts">
      ${[
        readout("when", recording.clock === "utc" ? "Time (UTC)" : "Time", `step of ${number(frames.length - 1, 0)}`),
        single ? readout("price", "Price", priceUnit) : null,
        single ? readout("position", "Position", positionUnit) : null,
        readout("equity", "Equity", equityUnit),
        readout("reward", "Reward of this step", ""),
        readout("action", "Then done", ""),
      ]}
    </dl>
    ${playerData(recording)}
  </section>`;
}

function ladder({ positionUnit, priceUnit }: EpisodeRecording): Html {
  return html`<aside class="card ladder">
    <h3>The book at this moment</h3>
    <p class="soft">in ${positionUnit}; own orders are marked ●</p>
    <table>
      <thead>
        <tr>
          <th>bid</th>
          <th>${priceUnit}</th>
          <th>ask</th>
        </tr>
      </thead>
      <tbody id="ladder"></tbody>
    </table>
  </aside>`;
}

function closing({ facts: known }: EpisodeRecording): Html {
  const rows = Object.entries(known).map(([name, value]) => [name, String(value)] as const);
  return html`${rows.length > 0 ? html`<div class="card">${facts(rows)}</div>` : null}
    <footer>
      Made by Tradewind. Equity and position are those after the step; a triangle stands where a change of position was first seen. No
      result of a simulation promises a profit.
    </footer>`;
}
