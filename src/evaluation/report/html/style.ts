/** The style sheet of a report: system fonts, light and dark, one column that holds at phone width. */
export const reportStyle = `
:root{color-scheme:light dark;--page:#f4f5f2;--card:#fff;--ink:#16191d;--soft:#5b636b;--rule:#e2e4df;--grid:#eceee9;--strong:#b9beb8;
--agent:#0b5fd0;--hold:#c9650a;--random:#8257c4;--flat:#79828a;--buy:#08804f;--sell:#c5283d;--warn:#8a5a00;--warn-back:#fff3d1;
--better:#08804f;--worse:#c5283d;--indistinguishable:#5b636b;--seed0:#0b5fd0;--seed1:#c9650a;--seed2:#08804f;--seed3:#8257c4;--seed4:#b83280;--seed5:#79828a}
@media (prefers-color-scheme:dark){:root{--page:#0e1114;--card:#161a1f;--ink:#e8ebee;--soft:#9aa4ad;--rule:#2a3037;--grid:#22272d;--strong:#4a525b;
--agent:#62a8ff;--hold:#ff9f4a;--random:#b896f5;--flat:#8d98a2;--buy:#3ecf8e;--sell:#ff6b78;--warn:#ffd479;--warn-back:#3a2f12;
--better:#3ecf8e;--worse:#ff6b78;--indistinguishable:#9aa4ad;--seed0:#62a8ff;--seed1:#ff9f4a;--seed2:#3ecf8e;--seed3:#b896f5;--seed4:#f58ac4;--seed5:#8d98a2}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Helvetica,Arial,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1120px;margin:0 auto;padding:28px 20px 48px}
h1,h2,h3,p{margin:0}
h1{font-size:20px;line-height:1.3;letter-spacing:-.01em}
h2{font-size:17px;margin:36px 0 12px;letter-spacing:-.01em}
h3{font-size:14px;font-weight:600}
a{color:var(--agent)}
.soft,figcaption p,.xlabel{color:var(--soft)}
.banner{background:var(--warn-back);color:var(--warn);border:1px solid currentColor;border-radius:10px;padding:10px 14px;margin-bottom:16px;font-weight:600}
.banner b{letter-spacing:.06em}
header{margin-bottom:16px}
header p{color:var(--soft);margin-top:2px}
.card,figure,details{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:18px 20px;margin:0 0 14px}
.verdict{border-top:4px solid var(--tone);padding-top:20px}
.verdict.better{--tone:var(--better)}.verdict.worse{--tone:var(--worse)}.verdict.indistinguishable{--tone:var(--indistinguishable)}
.verdict .skill{color:var(--tone);font-size:12px;font-weight:700;letter-spacing:.08em;text-transform:uppercase}
.verdict .headline{font-size:24px;line-height:1.28;font-weight:650;letter-spacing:-.015em;margin:4px 0 12px;text-wrap:balance}
.verdict ul{margin:14px 0 0;padding:0 0 0 18px}
.verdict li{margin:5px 0;max-width:86ch}
.interval{padding:6px 14px 0;max-width:640px}
.rail{position:relative;height:52px}
.rail::before{content:"";position:absolute;left:0;right:0;top:14px;border-top:1px solid var(--strong)}
.rail .tick{position:absolute;top:9px;height:11px;border-left:1px solid var(--strong)}
.rail .tick.zero{top:0;height:29px;border-left:2px solid var(--ink);margin-left:-1px}
.rail .tick b{position:absolute;top:18px;transform:translateX(-50%);font-size:12px;font-weight:400;color:var(--soft)}
.rail .tick.zero b{top:29px;color:var(--ink);font-weight:600}
.rail .reach{position:absolute;top:10px;height:9px;border-radius:5px;background:var(--agent);opacity:.4}
.rail .estimate{position:absolute;top:7px;width:15px;height:15px;margin-left:-7px;border-radius:50%;background:var(--agent);border:3px solid var(--card)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;margin-bottom:14px}
.tiles .card{margin:0;padding:14px 16px}
.tiles dt{color:var(--soft);font-size:13px}
.tiles dd{margin:0}
.tiles .value{font-size:23px;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums;white-space:nowrap}
.tiles .beside{color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
figure{padding:16px 20px 14px}
figcaption{display:flex;flex-wrap:wrap;align-items:center;gap:2px 14px;margin-bottom:12px}
figcaption p{font-size:13px;flex:1 1 240px}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0 0 0 auto;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:6px;white-space:nowrap}
.legend li:not(.mark)::before{content:"";width:16px;border-top:3px solid var(--tone)}
.legend li.band::before{border-top-width:9px;opacity:.3}
.legend li.flat::before,.legend li.random::before{border-top-style:dashed;border-top-width:2px}
.agent{--tone:var(--agent)}.hold{--tone:var(--hold)}.random{--tone:var(--random)}.flat{--tone:var(--flat)}.price{--tone:var(--ink)}.band{--tone:var(--flat)}
.seed0{--tone:var(--seed0)}.seed1{--tone:var(--seed1)}.seed2{--tone:var(--seed2)}.seed3{--tone:var(--seed3)}.seed4{--tone:var(--seed4)}.seed5{--tone:var(--seed5)}
.frame{position:relative;padding:6px 0 24px 84px}
.plot{position:relative;height:220px}
.tall .plot{height:320px}
svg{position:absolute;inset:0;width:100%;height:100%;display:block;overflow:visible}
svg *{vector-effect:non-scaling-stroke}
.grid{stroke:var(--grid);stroke-width:1}
.zero{stroke:var(--strong);stroke-width:1}
.line{fill:none;stroke:var(--tone);stroke-width:1.6;stroke-linejoin:round}
.line.agent{stroke-width:2}
.line.random,.line.flat{stroke-dasharray:5 4;stroke-width:1.3}
.line.price{stroke-width:1.3}
.area{fill:var(--tone);opacity:.13;stroke:none}
path.band{fill:var(--tone);opacity:.3;stroke:none}
.bar{fill:var(--tone)}
.plot i,.legend i{width:0;height:0;border:4.5px solid transparent}
.plot i{position:absolute;margin-left:-4.5px}
i.buy{border-top:0;border-bottom:8px solid var(--buy)}
i.sell{border-bottom:0;border-top:8px solid var(--sell)}
.plot i.buy{margin-top:6px}.plot i.sell{margin-top:-14px}
.y span{position:absolute;right:calc(100% - 76px);transform:translateY(-50%);font-size:12px;color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.y{position:absolute;left:0;right:0;top:6px;bottom:24px;pointer-events:none}
.x{position:absolute;left:84px;right:0;bottom:0;height:20px}
.x span{position:absolute;transform:translateX(-50%);font-size:12px;color:var(--soft);white-space:nowrap}
.x .first{transform:none}.x .last{transform:translateX(-100%)}
.xlabel{font-size:12px;text-align:right;margin-top:2px}
.cross{position:absolute;top:0;bottom:0;border-left:1px solid var(--strong);pointer-events:none;display:none}
.tip{position:absolute;top:4px;z-index:2;pointer-events:none;display:none;background:var(--card);border:1px solid var(--strong);border-radius:8px;padding:6px 10px;font-size:12px;line-height:1.5;white-space:nowrap;box-shadow:0 4px 14px rgb(0 0 0/.14);font-variant-numeric:tabular-nums}
.tip b{display:block}
.tip span{display:flex;justify-content:space-between;gap:14px}
.tip span::before{content:"";width:10px;border-top:3px solid var(--tone);align-self:center;margin-right:-8px}
.tip em{font-style:normal;margin-left:auto}
.three{display:grid;grid-template-columns:repeat(3,1fr);gap:14px}
.three figure{margin-bottom:14px;min-width:0}.three .legend{margin-left:0;flex-basis:100%}
.three .frame{padding-left:56px}.three .x{left:56px}.three .y span{right:calc(100% - 48px)}
.scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:7px 10px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--card)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:13px;color:var(--soft);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
tbody tr:last-child>*{border-bottom:0}
td.own,th.own{font-weight:650}
tr.chosen>*{font-weight:650}
.buy-text{color:var(--buy)}.sell-text{color:var(--sell)}
code,.mono{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
pre{margin:10px 0 0;overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600}
details>*+*{margin-top:12px}
.below{margin-top:12px}
footer{color:var(--soft);font-size:13px;margin-top:28px}
@media (max-width:760px){
.legend{margin-left:0;flex-basis:100%}
main{padding:16px 12px 32px}
.card,details{padding:14px}
figure{padding:14px 12px 10px}
.verdict .headline{font-size:20px}
.frame{padding-left:66px}.x{left:66px}.y span{right:calc(100% - 60px);font-size:11px}
.x span{font-size:11px}.x .odd{display:none}
.tall .plot{height:260px}.plot{height:190px}
.three{grid-template-columns:1fr;gap:0}
.tiles{grid-template-columns:1fr 1fr;gap:10px}
th,td{padding:6px;font-size:13px}
th{white-space:normal}thead th{min-width:52px}
dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:8px}
}
@media print{body{background:#fff}figure,.card,details{break-inside:avoid}}
`;
