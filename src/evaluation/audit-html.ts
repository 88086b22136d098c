import type { CheckResult, EnvironmentAudit } from "../env/index.ts";
import { type Content, Html, html } from "./markup.ts";
import { printStyle } from "./report/html/print-style.ts";
import { reportStyle } from "./report/html/style.ts";

const extraStyle = `
table.checks td,table.checks th{text-align:left;white-space:normal;vertical-align:top}
table.checks td.number,table.standings td{text-align:right}
.passed{color:var(--better)}.failed{color:var(--worse);font-weight:650}.unchecked{color:var(--soft)}
.fault{border-left:4px solid var(--worse)}
.fault p+p{margin-top:6px}
`;

const words = { passed: "passed", failed: "FAILED", unchecked: "not checked" } as const;

/** The audits of a file's environments as one HTML page that needs nothing else. `again` is the command that repeats them. */
export function renderAuditHtml(title: string, audits: readonly EnvironmentAudit[], again: string): string {
  const failed = audits.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === "failed").length;
  const style = new Html(`<style>${reportStyle}${extraStyle}${printStyle(title)}</style>`);
  const headline = failed === 0 ? "Nothing wrong was found" : failed === 1 ? "One check failed" : `${failed} checks failed`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} – Tradewind audit</title>
        ${style}
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <p>Audit of ${audits.length} ${audits.length === 1 ? "environment" : "environments"}: ${headline.toLowerCase()}</p>
          </header>
          <section class="card verdict ${failed === 0 ? "better" : "worse"}">
            <p class="skill">${failed === 0 ? "Passed" : "Failed"}</p>
            <p class="headline">${headline}</p>
            <p><code>${again}</code></p>
          </section>
          ${audits.map((audit) => section(audit, again))}
        </main>
      </body>
    </html> `.text;
}

function section({ subject, checks }: EnvironmentAudit, again: string): Content {
  const rows = checks.map(
    ({ check, promise, verdict, examined, message }) =>
      html`<tr>
        <th scope="row">${check}</th>
        <td class="${verdict}">${words[verdict]}</td>
        <td class="number">${examined.toLocaleString("en-US")}</td>
        <td>${verdict === "unchecked" ? message : promise}</td>
      </tr>`,
  );
  return html`<h2>${subject}</h2>
    ${checks.map((result) => fault(result, again))}
    <div class="card scroll">
      <table class="checks">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Verdict</th>
            <th scope="col">Compared</th>
            <th scope="col">What must hold</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${checks.map(standings)}`;
}

function fault({ check, message, promise, seed }: CheckResult, again: string): Content {
  if (seed === null) return null;
  return html`<div class="card fault">
    <p><b>${check}</b>: ${message}</p>
    <p class="soft">It must hold that ${promise}.</p>
    <p><code>${again} --check "${check}" --seed ${seed} --rounds 1</code></p>
  </div>`;
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** How policies did, and what is to be known of it. */
function standings({ check, standings: policies, notes }: CheckResult): Content {
  if (policies.length === 0) return null;
  const rows = policies.map(
    ({ name, reward, gain, drawdown }) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${[reward, gain, drawdown].map((value) => html`<td>${figure(value)}</td>`)}
      </tr>`,
  );
  return html`<figure>
    <figcaption>
      <h3>Policies: ${check}</h3>
      <p>Means of episodes; gains and falls are shares of the equity at the start, or money where there was none.</p>
    </figcaption>
    <div class="scroll">
      <table class="standings">
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Reward</th>
            <th scope="col">Gain</th>
            <th scope="col">Deepest fall</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="soft below">${note}.</p>`)}
  </figure>`;
}
