import { duration, number, percent } from "../../format.ts";
import { type Content, Html, html } from "../../markup.ts";
import { metricInfo, metricNames, metricText } from "../../metric.ts";
import { foldsChart, performanceCharts, trainingCharts } from "./charts.ts";
import type { Metrics, Report, Stretch } from "../document.ts";
import { reportScript } from "./script.ts";
import { stressTable, trainedUnderList } from "./stress.ts";
import { reportStyle } from "./style.ts";
import { facts, foldsTable, metricsTable, seedsTable, spanOf, tradesTable } from "./tables.ts";
import { intervalChart } from "../../svg.ts";

const sections = [
  banner,
  heading,
  verdict,
  tiles,
  performanceCharts,
  metricsTable,
  stressTable,
  seedsTable,
  foldsChart,
  foldsTable,
  trainingCharts,
  tradesTable,
  origin,
  parameters,
  method,
  closing,
] as const;

/** The report as one HTML file that needs nothing else: styles, drawings, data and the tooltip's script are inside. */
export function renderReportHtml(report: Report): string {
  const style = new Html(`<style>${reportStyle}</style>`);
  const script = new Html(`<script>${reportScript}</script>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${report.name} – Tradewind report</title>
        ${style}
      </head>
      <body>
        <main>${sections.map((section) => section(report))}</main>
        ${script}
      </body>
    </html> `.text;
}

function banner({ data }: Report): Content {
  if (!data.synthetic) return null;
  return html`<p class="banner"><b>SYNTHETIC DATA</b> These prices were made by a random generator. Nothing here was ever traded.</p>`;
}

function heading({ name, data, split: { train, test }, algorithm }: Report): Content {
  const method = algorithm.name.length <= 4 ? algorithm.name.toUpperCase() : algorithm.name;
  const judged = `${spanOf(test, data.barsPerYear)} (${number(test.bars, 0)} bars)`;
  return html`<header>
    <h1>${name}</h1>
    <p>${method} on ${data.symbol}, judged on ${judged} after training on ${spanOf(train, data.barsPerYear)}</p>
  </header>`;
}

const skillText = {
  better: "Better than buy-and-hold",
  worse: "Worse than buy-and-hold",
  indistinguishable: "No difference shown",
} as const;

function verdict({ verdict: { headline, sentences, skill }, significance }: Report): Content {
  const { low, high, estimate, level, statistic, pValue } = significance;
  const label = `${statistic}: ${number(estimate)}, ${percent(level, 0)} interval ${number(low)} to ${number(high)}`;
  const chance = pValue < 0.001 ? "less than 0.1 %" : percent(pValue);
  return html`<section class="card verdict ${skill}">
    <p class="skill">${skillText[skill]}</p>
    <p class="headline">${headline}</p>
    ${intervalChart({ low, high, estimate, label })}
    <p class="soft">
      Agent minus buy-and-hold: ${statistic}. If there were no difference, one at least as large would come up in ${chance} of cases.
    </p>
    <ul>
      ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

const tileMetrics = ["totalReturn", "sharpe", "maxDrawdown", "annualVolatility", "turnover", "feesPaid"] as const;

function tiles({ strategies, data: { currency } }: Report): Content {
  const of = (name: string): Metrics => strategies.find((strategy) => strategy.name === name)!.metrics;
  const tile = (name: keyof Metrics) =>
    html`<div class="card">
      <dt>${metricInfo[name].label}</dt>
      <dd class="value">${metricText(name, of("agent"), currency)}</dd>
      <dd class="beside">buy-and-hold ${metricText(name, of("buy-and-hold"), currency)}</dd>
    </div>`;
  return html`<dl class="tiles">${tileMetrics.map(tile)}</dl>`;
}

function origin({ data, split }: Report): Content {
  const { lineage, barsPerYear } = data;
  const stretch = (part: Stretch) => `${spanOf(part, barsPerYear)}, ${number(part.bars, 0)} bars`;
  const list = facts([
    ["Instrument", `${data.symbol}, quoted in ${data.currency}`],
    ["Kind", data.synthetic ? "SYNTHETIC: made by a random generator" : "recorded prices"],
    ["Source", lineage.source],
    ["File", lineage.file],
    ["Package", lineage.package === undefined ? null : `${lineage.package} ${lineage.version ?? ""}`],
    ["Licence", lineage.licence ?? null],
    ["SHA-256 of the file", html`<code>${lineage.sha256}</code>`],
    ["Content hash of the bars", html`<code>${data.contentHash}</code>`],
    ["Note", lineage.note ?? null],
    ["All bars", stretch(data.stretch)],
    ["Training", stretch(split.train)],
    ["Validation", stretch(split.validation)],
    ["Test", stretch(split.test)],
  ]);
  return html`<h2>Where the data comes from</h2>
    <div class="card">${list}</div>`;
}

function parameters(report: Report): Content {
  const { algorithm, observation, experiment, experimentHash, seeds } = report;
  const features = `${number(observation.size, 0)} numbers from ${number(observation.features.length, 0)} features`;
  const weights = seeds.map(({ seed, weightsSha256 }) => html`<div>seed ${seed}: <code>${weightsSha256}</code></div>`);
  const list = facts([
    ["Algorithm", `${algorithm.name}, ${number(algorithm.totalSteps, 0)} steps a seed`],
    ["Observation", `${features}: ${observation.features.join(", ")}`],
    ["Observation schema", html`<code>${observation.schema}</code>`],
    ["Experiment hash", html`<code>${experimentHash}</code>`],
    ["Weights", weights.length === 0 ? null : weights],
  ]);
  return html`<h2>What was run</h2>
    <div class="card">${list}</div>
    <details>
      <summary>Parameters of ${algorithm.name}</summary>
      <pre>${JSON.stringify(algorithm.params, null, 2)}</pre>
    </details>
    ${trainedUnderList(report)}
    <details>
      <summary>The whole experiment</summary>
      <pre>${JSON.stringify(experiment, null, 2)}</pre>
    </details>`;
}

function method({ significance, data }: Report): Content {
  const { method: how, statistic, resamples, blockLength, level } = significance;
  return html`<h2>How it was computed</h2>
    <details>
      <summary>Formulas and method</summary>
      <p>
        r is the simple return of a bar, n the number of bars, A = ${number(data.barsPerYear, 1)} the bars of an average year of these data.
        Definitions follow empyrical; “–” means that a figure is not defined there.
      </p>
      ${facts(metricNames.map((name) => [metricInfo[name].label, metricInfo[name].formula]))}
      <p>
        Decisions are taken on closed bars and fill at the next bar's open, with slippage, fees and the cost of borrowing what is sold
        short. Positions are marked at closes. Backtest, paper and live trading run the same loop.
      </p>
      <p>
        Significance: ${statistic} between the agent and buy-and-hold, ${how} (Politis and Romano, 1994; Ledoit and Wolf, 2008),
        ${number(resamples, 0)} resamples of whole bars in blocks of mean length ${number(blockLength, 1)} (automatic: Politis and White,
        2004, corrected 2009), two-sided, level ${percent(level, 0)}. The random agent changes its position at random as often as needed for
        the agent's turnover; shown is the one of median Sharpe ratio.
      </p>
    </details>`;
}

function closing({ clock }: Report): Content {
  return html`<footer>
    Made by Tradewind on ${clock.createdAt} in ${duration(clock.durationMs)}. Not advice; no result of a simulation promises a profit.
  </footer>`;
}
