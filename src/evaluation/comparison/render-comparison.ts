import { html } from "../markup.ts";
import { heading, section, storyPage } from "../report/html/page.ts";
import { type ReportMarkdown, storyMarkdown } from "../report/markdown/document.ts";
import { plain } from "../report/markdown/text.ts";
import { comparisonChapters, comparisonSubtitle, comparisonTitle } from "./comparison-story.ts";
import type { Comparison } from "./compare-reports.ts";

/** A comparison as one HTML file that needs nothing else. */
export function renderComparisonHtml(comparison: Comparison): string {
  const title = comparisonTitle(comparison);
  const chapters = comparisonChapters(comparison);
  return storyPage(
    `${title} – Tradewind comparison`,
    title,
    html`${heading({ title, subtitle: comparisonSubtitle(comparison) })} ${chapters.map(section)}`,
  );
}

/** A comparison as Markdown, and the drawings that it shows by their paths; `folder` is where those are to lie. */
export function renderComparisonMarkdown(
  comparison: Comparison,
  { folder = "figures" }: { readonly folder?: string } = {},
): ReportMarkdown {
  const first = [`# ${plain(comparisonTitle(comparison))}`, plain(comparisonSubtitle(comparison))];
  return storyMarkdown(first, comparisonChapters(comparison), folder);
}
