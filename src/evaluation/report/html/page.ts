import { sha256 } from "../../../base/index.ts";
import { intervalChart } from "../../charts/index.ts";
import { type Content, Html, html } from "../../markup.ts";
import type { Report } from "../document.ts";
import type { Chapter } from "../story/block.ts";
import { chaptersOf } from "../story/chapters.ts";
import { intervalText, type Opening, openingOf } from "../story/opening.ts";
import { blockHtml } from "./blocks.ts";
import { printStyle } from "./print-style.ts";
import { reportScript } from "./script.ts";
import { reportStyle } from "./style.ts";

/** The report as one HTML file that needs nothing else: styles, drawings, data and the tooltip's script are inside. */
export function renderReportHtml(report: Report): string {
  const opening = openingOf(report);
  const chapters = chaptersOf(report);
  return storyPage(
    `${report.name} – Tradewind report`,
    report.name,
    html`${[banner(opening), heading(opening), verdict(report, opening), tiles(opening), contents(chapters)]} ${chapters.map(section)}
      <footer>${opening.closing}</footer>`,
  );
}

/** What a report's page may do, as a Content-Security-Policy: nothing from outside, and no script but its own. */
export const reportPagePolicy = [
  "default-src 'none'",
  `script-src 'sha256-${Buffer.from(sha256(reportScript), "hex").toString("base64")}'`,
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** A page that needs nothing else around what it tells; `printed` heads its pages on paper. */
export function storyPage(title: string, printed: string, main: Content): string {
  const style = new Html(`<style>${reportStyle}${printStyle(printed)}</style>`);
  const script = new Html(`<script>${reportScript}</script>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${reportPagePolicy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>${main}</main>
        ${script}
      </body>
    </html> `.text;
}

function banner({ warning }: Opening): Content {
  return warning && html`<p class="banner"><b>${warning[0]}</b> ${warning[1]}</p>`;
}

/** The title and what it is about. */
export function heading({ title, subtitle }: Pick<Opening, "title" | "subtitle">): Html {
  return html`<header>
    <h1>${title}</h1>
    <p>${subtitle}</p>
  </header>`;
}

function verdict(report: Report, { skill, chance }: Opening): Html {
  const { low, high, estimate } = report.significance;
  return html`<section class="card verdict ${report.verdict.skill}">
    <p class="skill">${skill}</p>
    <p class="headline">${report.verdict.headline}</p>
    ${intervalChart({ low, high, estimate, label: intervalText(report) })}
    <p class="soft">${chance}</p>
    <ul>
      ${report.verdict.sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}

function tiles({ tiles: all }: Opening): Html {
  return html`<dl class="tiles">
    ${all.map(
      ({ label, value, beside }) =>
        html`<div class="card">
          <dt>${label}</dt>
          <dd class="value">${value}</dd>
          <dd class="beside">${beside}</dd>
        </div>`,
    )}
  </dl>`;
}

const anchorOf = (chapter: Chapter): string => chapter.short.toLowerCase().replaceAll(" ", "-");

function contents(chapters: readonly Chapter[]): Html {
  return html`<nav aria-label="Contents">${chapters.map((chapter) => html`<a href="#${anchorOf(chapter)}">${chapter.short}</a> `)}</nav>`;
}

/** A chapter under its heading. */
export function section(chapter: Chapter): Html {
  return html`<section class="chapter" id="${anchorOf(chapter)}">
    <h2>${chapter.title}</h2>
    ${chapter.blocks.map(blockHtml)}
  </section> `;
}
