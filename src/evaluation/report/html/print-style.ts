/** Text as a string of a style sheet: nothing in it can end the string or the element. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/[^\p{L}\p{N} .,:;()+%&−–-]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`;

/** How a report comes onto paper, A4 or Letter: light, folds of `on-paper` open and the others left out, nothing cut, pages numbered. */
export const printStyle = (title: string): string => `
@page{margin:14mm 12mm 16mm;@bottom-left{content:${quoted(title)};font:9px sans-serif;color:#666}@bottom-right{content:counter(page) " / " counter(pages);font:9px sans-serif;color:#666}}
@media print{
body{background:#fff;font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
nav,.cross,.tip,details:not(.on-paper){display:none}
.card,figure,details{border-color:#ccc;padding:10px 12px;margin-bottom:10px}
figure,.tiles,.verdict,tr,dl.facts>*{break-inside:avoid}
h2,h3,summary,thead{break-after:avoid}
h2{margin-top:18px}
thead{display:table-header-group}
details.on-paper::details-content{content-visibility:visible;block-size:auto;opacity:1}
details>summary{list-style:none}
.verdict li,.text{max-width:none}
.tiles{grid-template-columns:repeat(6,1fr);gap:8px}.tiles .card{padding:8px 10px}.tiles .value{font-size:15px}.tiles dt,.tiles .beside{font-size:10px}
figcaption p,.legend,.bar-rows,.dense th,.dense td,thead th,td.prose,th.prose{font-size:11px}
.scroll{overflow:visible}
th,td{padding:3px 6px;font-size:10px}
th{white-space:normal}
th:first-child,td:first-child{position:static}
.dense{min-width:0}
.plot{height:170px}.tall .plot{height:230px}
.side-by-side{grid-template-columns:repeat(3,1fr)}.side-by-side .x .odd{display:none}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
}
`;
