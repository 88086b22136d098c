import { day, duration, minute, money, number, percent } from "./format.ts";
import { type Content, Html, html } from "./markup.ts";
import { metricInfo, metricNames, metricText } from "./metric.ts";
import type { Metrics, Report, Stretch } from "./report-document.ts";
import { reportScript } from "./report-script.ts";
import { reportStyle } from "./report-style.ts";
import { barChart, intervalChart, lineChart, type Mark, type Series, type Unit } from "./svg.ts";

/** The report as one HTML file that needs nothing else: styles, drawings, data and the tooltip's script are inside. */
export function renderReportHtml(report: Report): string {
  const sections = [banner, heading, verdict, tiles, performance, metricsTable, seeds, walkForward, training, trades, origin, parameters, method, closing];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${report.name} – Tradewind report</title><style>${new Html(reportStyle)}</style></head>
<body><main>${sections.map((section) => section(report))}</main><script>${new Html(reportScript)}</script></body></html>
`.text;
}

const banner = ({ data }: Report): Content =>
  data.synthetic && html`<p class="banner"><b>SYNTHETIC DATA</b> These prices were made by a random generator. Nothing here was ever traded.</p>`;

function heading({ name, data, split, algorithm }: Report): Content {
  return html`<header><h1>${name}</h1><p>${algorithm.name.length <= 4 ? algorithm.name.toUpperCase() : algorithm.name} on ${data.symbol}, judged on ${spanOf(split.test, data.barsPerYear)} (${number(split.test.bars, 0)} bars) after training on ${spanOf(split.train, data.barsPerYear)}</p></header>`;
}

const skillText = { better: "Better than buy-and-hold", worse: "Worse than buy-and-hold", indistinguishable: "No difference shown" } as const;

function verdict({ verdict: { headline, sentences, skill }, significance }: Report): Content {
  const { low, high, estimate, level, statistic, pValue } = significance;
  const label = `${statistic}: ${number(estimate)}, ${percent(level, 0)} interval ${number(low)} to ${number(high)}`;
  return html`<section class="card verdict ${skill}"><p class="skill">${skillText[skill]}</p><p class="headline">${headline}</p>
${intervalChart({ low, high, estimate, label })}<p class="soft">Agent minus buy-and-hold: ${statistic}. If there were no difference, one at least as large would come up in ${pValue < 0.001 ? "less than 0.1 %" : percent(pValue)} of cases.</p>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`;
}

function tiles(report: Report): Content {
  const [agent, hold] = [metricsOf(report, "agent"), metricsOf(report, "buy-and-hold")];
  const shown = ["totalReturn", "sharpe", "maxDrawdown", "annualVolatility", "turnover", "feesPaid"] as const;
  const { currency } = report.data;
  return html`<dl class="tiles">${shown.map((name) => html`<div class="card"><dt>${metricInfo[name].label}</dt><dd class="value">${metricText(name, agent, currency)}</dd><dd class="beside">buy-and-hold ${metricText(name, hold, currency)}</dd></div>`)}</dl>`;
}

const share: Unit = { scale: 100, prefix: "", suffix: " %", digits: 2 };
const ratio: Unit = { scale: 1, prefix: "", suffix: "", digits: 3 };

/** A currency as an axis writes it. */
function moneyUnit(currency: string, digits: number): Unit {
  const [prefix, suffix] = money(0, currency).split("0") as [string, string];
  return { scale: 1, prefix, suffix, digits };
}

const tones: Readonly<Record<string, string>> = { agent: "agent", "buy-and-hold": "hold", random: "random", flat: "flat" };

const perStrategy = (values: Readonly<Record<string, number[]>>): Series[] =>
  Object.keys(tones).flatMap((name) => (values[name] ? [{ name, tone: tones[name]!, values: values[name] }] : []));

function performance(report: Report): Content {
  const { series, data, trades: all } = report;
  const x = { x: series.time, xKind: "time" } as const;
  const { flat: _flat, ...moving } = series.drawdown;
  return html`<h2>The test stretch, bar by bar</h2>
${lineChart({ ...x, title: "Equity", note: `in ${data.currency}, at each bar's close, after all costs`, unit: moneyUnit(data.currency, 0), series: perStrategy(series.equity), height: "tall" })}
${lineChart({ ...x, title: "Drawdown", note: "below the highest equity so far", unit: share, series: perStrategy(moving).map((line) => ({ ...line, area: line.name === "agent" })), include: [0] })}
${lineChart({ ...x, title: `${data.symbol} and the agent's trades`, note: `price in ${data.currency}; a decision at a close fills at the next open`, unit: moneyUnit(data.currency, 2), series: [{ name: "close", tone: "price", values: series.close }], band: { name: "high to low", low: series.low, high: series.high }, marks: marksOf(all, data.currency, data.barsPerYear), height: "tall" })}
${lineChart({ ...x, title: "Exposure", note: "position value as a share of equity: 100 % is fully long, −100 % fully short", unit: share, series: [{ name: "agent", tone: "agent", values: series.exposure, area: true, steps: true }], include: [0, 1] })}`;
}

const marksOf = (trades: Report["trades"], currency: string, barsPerYear: number): Mark[] =>
  trades.map(({ time, side, quantity, price }) => ({ x: time, y: price, kind: side, label: `${moment(time, barsPerYear)} ${side} ${quantityText(quantity)} at ${money(price, currency, 2)}` }));

function metricsTable({ strategies, data }: Report): Content {
  const own = (kind: string) => (kind === "agent" ? "own" : "");
  return html`<h2>Side by side</h2><div class="card scroll"><table><thead><tr><th></th>${strategies.map(({ name, kind }) => html`<th class="${own(kind)}">${name}</th>`)}</tr></thead>
<tbody>${metricNames.map((name) => html`<tr><th scope="row" title="${metricInfo[name].formula}">${metricInfo[name].label}</th>${strategies.map(({ kind, metrics }) => html`<td class="${own(kind)}">${metricText(name, metrics, data.currency)}</td>`)}</tr>`)}</tbody></table></div>`;
}

function seeds({ seeds: all, generalisation, data }: Report): Content {
  if (all.length === 0) return null;
  const text = (name: keyof Metrics, metrics: Metrics) => metricText(name, metrics, data.currency);
  const plain = (value: number | null) => (value === null ? "–" : number(value));
  const { trainSharpe, testSharpe, gap } = generalisation;
  return html`<h2>Seeds</h2><div class="card scroll"><table><thead><tr><th>Seed</th><th>Sharpe, train</th><th>Sharpe, validation</th><th>Sharpe, test</th><th>Return, test</th><th>Drawdown, test</th><th>Trades, test</th><th>Weights</th></tr></thead>
<tbody>${all.map((seed) => html`<tr class="${seed.chosen && "chosen"}"><th scope="row">${seed.seed}${seed.chosen && " (chosen)"}</th><td>${text("sharpe", seed.train)}</td><td>${text("sharpe", seed.validation)}</td><td>${text("sharpe", seed.test)}</td><td>${text("totalReturn", seed.test)}</td><td>${text("maxDrawdown", seed.test)}</td><td>${text("trades", seed.test)}</td><td class="mono">${seed.weightsSha256.slice(0, 10)}</td></tr>`)}</tbody></table></div>
<p class="soft">Median Sharpe ratio ${plain(trainSharpe)} in training, ${plain(testSharpe)} in the test; median gap of a seed ${plain(gap)}. The chosen seed was chosen without the test stretch.</p>`;
}

function walkForward({ walkForward: { folds, agent, buyAndHold }, data }: Report): Content {
  if (folds.length === 0 || agent === null || buyAndHold === null) return null;
  const text = (name: keyof Metrics, metrics: Metrics) => metricText(name, metrics, data.currency);
  const row = (label: Content, judged: string, trained: string, own: Metrics, hold: Metrics) =>
    html`<tr><th scope="row">${label}</th><td>${judged}</td><td class="own">${text("totalReturn", own)}</td><td>${text("totalReturn", hold)}</td><td class="own">${text("sharpe", own)}</td><td>${text("sharpe", hold)}</td><td class="own">${text("maxDrawdown", own)}</td><td>${text("maxDrawdown", hold)}</td><td>${trained}</td></tr>`;
  const span = (stretch: Stretch) => spanOf(stretch, data.barsPerYear);
  const sharpes = (of: (fold: (typeof folds)[number]) => Metrics) => folds.map((fold) => of(fold).sharpe);
  return html`<h2>Walk-forward: trained anew, then judged on what came next</h2>
${barChart({ title: "Sharpe ratio by fold", labels: folds.map((_, index) => `Fold ${index + 1}`), unit: ratio, series: [{ name: "agent", tone: "agent", values: sharpes((fold) => fold.agent) }, { name: "buy-and-hold", tone: "hold", values: sharpes((fold) => fold.buyAndHold) }] })}
<div class="card scroll"><table><thead><tr><th>Fold</th><th>Judged on</th><th class="own">Return</th><th>buy-and-hold</th><th class="own">Sharpe</th><th>buy-and-hold</th><th class="own">Drawdown</th><th>buy-and-hold</th><th>Trained on</th></tr></thead>
<tbody>${folds.map((fold, index) => row(index + 1, span(fold.test), span(fold.train), fold.agent, fold.buyAndHold))}${row("All", "", "", agent, buyAndHold)}</tbody></table></div>`;
}

function training({ trainingCurves, seeds: all }: Report): Content {
  if (trainingCurves.length === 0) return null;
  const x = [...new Set(trainingCurves.flatMap(({ steps }) => steps))].sort((left, right) => left - right);
  const chart = (title: string, note: string, values: (curve: Report["trainingCurves"][number]) => readonly (number | null)[]) =>
    lineChart({
      title,
      note,
      x,
      xKind: "count",
      xLabel: "environment steps",
      unit: ratio,
      series: trainingCurves.map((curve, index) => {
        const at = new Map(curve.steps.map((step, point) => [step, values(curve)[point] ?? null]));
        const chosen = all.some(({ seed, chosen: is }) => is && seed === curve.seed);
        return { name: `seed ${curve.seed}${chosen ? " (chosen)" : ""}`, tone: `seed${index % 6}`, values: x.map((step) => at.get(step) ?? null) };
      }),
    });
  return html`<h2>Training</h2><div class="three">${chart("Episode return", "mean of finished episodes", (curve) => curve.episodeReturn)}${chart("Entropy", "of the policy, in nats", (curve) => curve.entropy)}${chart("KL divergence", "approximate, per update", (curve) => curve.approxKl)}</div>`;
}

const mostTrades = 500;

function trades({ trades: all, data }: Report): Content {
  const shown = all.slice(-mostTrades);
  const left = all.length > shown.length ? ` The last ${number(shown.length, 0)} are listed; report.json has all.` : "";
  return html`<h2>Trades</h2><details><summary>${number(all.length, 0)} trades</summary><p class="soft">Profit is what the trade closed, before fees.${left}</p><div class="scroll"><table><thead><tr><th>Time (UTC)</th><th>Side</th><th>Quantity</th><th>Price</th><th>Fee</th><th>Profit</th><th>Position after</th></tr></thead>
<tbody>${shown.map((trade) => html`<tr><td>${moment(trade.time, data.barsPerYear)}</td><td class="${trade.side}-text">${trade.side}</td><td>${quantityText(trade.quantity)}</td><td>${money(trade.price, data.currency, 2)}</td><td>${money(trade.fee, data.currency, 2)}</td><td>${money(trade.realised, data.currency, 2)}</td><td>${quantityText(trade.positionAfter)}</td></tr>`)}</tbody></table></div></details>`;
}

function origin({ data, split }: Report): Content {
  const { lineage, barsPerYear } = data;
  const stretch = (part: Stretch) => `${spanOf(part, barsPerYear)}, ${number(part.bars, 0)} bars`;
  return html`<h2>Where the data comes from</h2><div class="card">${facts([
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
  ])}</div>`;
}

function parameters({ algorithm, observation, experiment, experimentHash, seeds: all }: Report): Content {
  return html`<h2>What was run</h2><div class="card">${facts([
    ["Algorithm", `${algorithm.name}, ${number(algorithm.totalSteps, 0)} steps a seed`],
    ["Observation", `${number(observation.size, 0)} numbers from ${number(observation.features.length, 0)} features: ${observation.features.join(", ")}`],
    ["Observation schema", html`<code>${observation.schema}</code>`],
    ["Experiment hash", html`<code>${experimentHash}</code>`],
    ["Weights", all.length === 0 ? null : all.map(({ seed, weightsSha256 }) => html`<div>seed ${seed}: <code>${weightsSha256}</code></div>`)],
  ])}</div>
<details><summary>Parameters of ${algorithm.name}</summary><pre>${JSON.stringify(algorithm.params, null, 2)}</pre></details>
<details><summary>The whole experiment</summary><pre>${JSON.stringify(experiment, null, 2)}</pre></details>`;
}

function method({ significance, data }: Report): Content {
  const { method: how, statistic, resamples, blockLength, level } = significance;
  return html`<h2>How it was computed</h2><details><summary>Formulas and method</summary>
<p>r is the simple return of a bar, n the number of bars, A = ${number(data.barsPerYear, 1)} the bars of an average year of these data. Definitions follow empyrical; “–” means that a figure is not defined there.</p>
${facts(metricNames.map((name) => [metricInfo[name].label, metricInfo[name].formula]))}
<p>Decisions are taken on closed bars and fill at the next bar's open, with slippage, fees and the cost of borrowing what is sold short. Positions are marked at closes. Backtest, paper and live trading run the same loop.</p>
<p>Significance: ${statistic} between the agent and buy-and-hold, ${how} (Politis and Romano, 1994; Ledoit and Wolf, 2008), ${number(resamples, 0)} resamples of whole bars in blocks of mean length ${number(blockLength, 1)} (automatic: Politis and White, 2004, corrected 2009), two-sided, level ${percent(level, 0)}. The random agent changes its position at random as often as needed for the agent's turnover; shown is the one of median Sharpe ratio.</p></details>`;
}

const closing = ({ clock }: Report): Content => html`<footer>Made by Tradewind on ${clock.createdAt} in ${duration(clock.durationMs)}. Not advice; no result of a simulation promises a profit.</footer>`;

const facts = (rows: readonly (readonly [name: string, value: Content])[]): Html =>
  html`<dl class="facts">${rows.filter(([, value]) => value !== null).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const metricsOf = ({ strategies }: Report, name: string): Metrics => strategies.find((strategy) => strategy.name === name)!.metrics;

/** The moment of a bar: its day, or for bars within the day its minute. */
const moment = (timeMs: number, barsPerYear: number): string => (barsPerYear > 400 ? minute(timeMs) : day(timeMs));

const spanOf = ({ from, to }: Stretch, barsPerYear: number): string => `${moment(from, barsPerYear)} to ${moment(to, barsPerYear)}`;

/** A quantity with the decimals it has, six at most. */
function quantityText(quantity: number): string {
  const [, decimals = ""] = quantity.toFixed(6).replace(/0+$/, "").split(".");
  return number(quantity, decimals.length);
}
