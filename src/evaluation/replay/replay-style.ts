/** What a replay adds to the style sheet of reports: its player, the ladder of a book and the heat map behind its prices. */
export const replayStyle = `
.player{position:sticky;top:0;z-index:3;padding:12px 16px;box-shadow:0 4px 14px rgb(0 0 0/.06)}
.controls{display:flex;align-items:center;gap:12px}
.controls input{flex:1;min-width:0;accent-color:var(--agent);height:24px}
.controls button{font:inherit;width:40px;height:34px;border-radius:9px;border:1px solid var(--strong);background:var(--page);color:var(--ink);cursor:pointer}
.controls select{font:inherit;font-size:13px;padding:4px 6px;border-radius:8px;border:1px solid var(--strong);background:var(--card);color:var(--ink)}
.speed{font-size:13px;color:var(--soft);white-space:nowrap}
.readouts{display:flex;flex-wrap:wrap;gap:6px 26px;margin:10px 0 0}
.readouts div{min-width:92px}
.readouts dt{font-size:12px;color:var(--soft)}
.readouts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap;min-height:1.5em}
.readouts [data-show=action]{white-space:normal}
.readouts .unit{font-weight:400;font-size:12px;color:var(--soft);min-height:0}
.player+.stage{margin-top:14px}
.with-depth{display:grid;grid-template-columns:minmax(0,1fr) 270px;gap:14px;align-items:start}
.ladder{position:sticky;top:118px}
.ladder p{font-size:12px;margin-bottom:8px}
.ladder table{table-layout:fixed;font-size:13px}
.ladder th,.ladder td,.ladder th:first-child,.ladder td:first-child{padding:2px 6px;text-align:right;border:0;position:relative;line-height:1.45;background:none}
.ladder th{font-size:12px;color:var(--soft);font-weight:600}
.ladder td.level{text-align:center;font-weight:600}
.ladder th:nth-child(2){text-align:center}
.ladder th:last-child,.ladder td.ask{text-align:left}
.ladder td i{position:absolute;top:1px;bottom:1px;border-radius:3px;opacity:.24}
.ladder td.bid i{right:0;background:var(--buy)}
.ladder td.ask i{left:0;background:var(--sell)}
.ladder .gap td{padding:5px 6px;text-align:center;color:var(--soft);font-size:12px}
.ladder b{color:var(--agent);font-weight:700}
canvas.heat{position:absolute;left:0;width:100%;image-rendering:pixelated}
.playhead{position:absolute;top:0;bottom:0;margin-left:-1px;border-left:2px solid var(--agent);opacity:.75;pointer-events:none}
.quote-buy{--tone:var(--buy)}.quote-sell{--tone:var(--sell)}
.line.quote-buy,.line.quote-sell{stroke-width:1.1}
@media (max-width:900px){.with-depth{grid-template-columns:minmax(0,1fr)}.ladder{position:static}.player{position:static}}
@media (max-width:760px){.readouts{display:grid;grid-template-columns:1fr 1fr 1fr;gap:6px 10px}.readouts div{min-width:0}.readouts dd{white-space:normal}.speed{font-size:0}}
@media print{.controls{display:none}.player,.ladder{position:static;box-shadow:none}}
`;
