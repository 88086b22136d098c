import { drawingStyle, palette } from "../../charts/index.ts";

/** The style sheet of a report: system fonts, light and dark, one column that holds at phone width. */
export const reportStyle = `
${palette}${drawingStyle}*{box-sizing:border-box}
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
figcaption p{font-size:13px;order:1;flex-basis:100%}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0 0 0 auto;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:6px;white-space:nowrap}
.legend li:not(.mark)::before{content:"";width:16px;border-top:3px solid var(--tone)}
.legend li.band::before,.legend li.box::before{border-top-width:9px}
.legend li.band::before{opacity:.3}
.legend li.line.flat::before,.legend li.line.random::before{border-top-style:dashed;border-top-width:2px}
.frame{position:relative;padding:6px 0 24px 84px}
.plot{position:relative;height:220px}
.tall .plot{height:320px}
svg{position:absolute;inset:0;width:100%;height:100%;display:block;overflow:visible}
.plot i,.legend i{width:0;height:0;border:4.5px solid transparent}
.plot i{position:absolute;margin-left:-4.5px}
i.buy{border-top:0;border-bottom:8px solid var(--buy)}
i.sell{border-bottom:0;border-top:8px solid var(--sell)}
:is(.plot,.legend) :is(i.gain,i.loss){width:6px;height:6px;border:0;border-radius:50%;background:var(--gain)}
:is(.plot,.legend) i.loss{background:var(--loss)}
.plot :is(i.gain,i.loss){margin:-3px 0 0 -3px}
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
.side-by-side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:0 14px}
.side-by-side figure{min-width:0}.side-by-side .legend{margin-left:0;flex-basis:100%;order:2}
.side-by-side .frame{padding-left:56px}.side-by-side .x{left:56px}.side-by-side .y span{right:calc(100% - 48px)}
.wide .frame{padding-left:176px}.wide .x{left:176px}.wide .y span{right:calc(100% - 168px);max-width:164px;overflow:hidden;text-overflow:ellipsis}
.ylabel{font-size:12px;color:var(--soft);margin-bottom:2px}
.bar-rows{display:grid;grid-template-columns:minmax(90px,max-content) minmax(80px,1fr) max-content;gap:6px 14px;align-items:center;font-size:13px}
.bar-rows .name{overflow-wrap:anywhere}
.bar-rows .amount{text-align:right;font-variant-numeric:tabular-nums}
.track{position:relative;height:18px}
.track i{position:absolute}
.rod{top:2px;bottom:2px;background:var(--tone);border-radius:2px;min-width:1px}
.origin{top:-3px;bottom:-3px;border-left:1px solid var(--strong)}
.whisker{top:50%;border-top:2px solid var(--ink);margin-top:-1px;opacity:.75}
.side-by-side .bar-rows{grid-template-columns:minmax(56px,max-content) minmax(60px,1fr) max-content;gap:6px 10px}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin:18px 2px 0;font-size:13px}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
.chapter{scroll-margin-top:8px}
.card>h3{margin-bottom:8px}
.text{margin:0 0 14px;max-width:86ch}ul.text{padding-left:20px}
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
.dense{table-layout:fixed;min-width:700px}
.dense th,.dense td{padding:5px 6px;font-size:13px;border:2px solid var(--card);border-radius:4px}
.many th,.many td{padding:6px 7px;font-size:13px}
td.prose,th.prose{white-space:normal;text-align:left}
td.prose{font-size:14px}
td.prose{min-width:120px}
.buy-text{color:var(--buy)}.sell-text{color:var(--sell)}
code,.mono{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
pre{margin:0 0 14px;overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.chapter>pre{white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;-webkit-user-select:all}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600}
details>*+*{margin-top:12px}
details>.card{padding:0;border:0;margin:12px 0 0;background:none}
details>.card+.card{margin-top:22px}
.below{margin-top:12px}
footer{color:var(--soft);font-size:13px;margin-top:28px}
@media (max-width:760px){
.legend{margin-left:0;flex-basis:100%;order:2}
main{padding:16px 12px 32px}
.card,details{padding:14px}
figure{padding:14px 12px 10px}
.verdict .headline{font-size:20px}
.frame{padding-left:66px}.x{left:66px}.y span{right:calc(100% - 60px);font-size:11px}
.x span{font-size:11px}.x .odd{display:none}
.tall .plot{height:260px}.plot{height:190px}
.wide .frame{padding-left:110px}.wide .x{left:110px}.wide .y span{right:calc(100% - 104px);max-width:100px}
.bar-rows{gap:6px 8px;grid-template-columns:minmax(64px,30%) 1fr max-content}
.tiles{grid-template-columns:1fr 1fr;gap:10px}
th,td{padding:6px;font-size:13px}
th{white-space:normal}thead th{min-width:52px}tbody th{min-width:88px}.dense tbody th{min-width:0}
dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:8px}
}
`;
