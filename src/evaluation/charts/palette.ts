const light = `--page:#f4f5f2;--card:#fff;--ink:#16191d;--soft:#5b636b;--rule:#e2e4df;--grid:#eceee9;--strong:#b9beb8;
--agent:#0b5fd0;--hold:#c9650a;--random:#8257c4;--flat:#79828a;--buy:#08804f;--sell:#c5283d;--gain:#2a78d6;--loss:#d9730d;--warn:#8a5a00;--warn-back:#fff3d1;
--better:#08804f;--worse:#c5283d;--indistinguishable:#5b636b;--seed0:#0b5fd0;--seed1:#c9650a;--seed2:#08804f;--seed3:#8257c4;--seed4:#b83280;--seed5:#79828a`;

const dark = `--page:#0e1114;--card:#161a1f;--ink:#e8ebee;--soft:#9aa4ad;--rule:#2a3037;--grid:#22272d;--strong:#4a525b;
--agent:#62a8ff;--hold:#ff9f4a;--random:#b896f5;--flat:#8d98a2;--buy:#3ecf8e;--sell:#ff6b78;--gain:#4a90e2;--loss:#e08a3c;--warn:#ffd479;--warn-back:#3a2f12;
--better:#3ecf8e;--worse:#ff6b78;--indistinguishable:#9aa4ad;--seed0:#62a8ff;--seed1:#ff9f4a;--seed2:#3ecf8e;--seed3:#b896f5;--seed4:#f58ac4;--seed5:#8d98a2`;

/** Colours by name, light and dark; paper is always light. Gain and loss are blue and orange, which colour-blind people tell apart. */
export const palette = `:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
`;

const tones = ["agent", "hold", "random", "flat", "gain", "loss", "buy", "sell", "seed0", "seed1", "seed2", "seed3", "seed4", "seed5"];

/** What a drawing's elements look like, on a page as in a file: tones, lines, areas, bands and bars. */
export const drawingStyle = `${tones.map((tone) => `.${tone}{--tone:var(--${tone})}`).join("")}.price{--tone:var(--ink)}.range{--tone:var(--flat)}
svg *{vector-effect:non-scaling-stroke}
.grid{stroke:var(--grid);stroke-width:1}
path.zero{stroke:var(--strong);stroke-width:1}
.line{fill:none;stroke:var(--tone);stroke-width:1.6;stroke-linejoin:round}
.line.agent{stroke-width:2}
.line.random,.line.flat{stroke-dasharray:5 4;stroke-width:1.3}
.line.price{stroke-width:1.3}
.area{fill:var(--tone);opacity:.13;stroke:none}
path.band{fill:var(--tone);opacity:.2;stroke:none}
path.band.range{opacity:.3}
.bar{fill:var(--tone)}
`;
