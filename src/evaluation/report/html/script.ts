/** The report's only script: a line and a box with the values under the pointer, from the data that each chart carries. */
export const reportScript = `
for (const figure of document.querySelectorAll("figure.chart")) {
  const source = figure.querySelector("script");
  if (!source) continue;
  const { x, xKind, xUnit, unit, series } = JSON.parse(source.textContent);
  const plot = figure.querySelector(".plot");
  const cross = plot.appendChild(Object.assign(document.createElement("div"), { className: "cross" }));
  const tip = plot.appendChild(Object.assign(document.createElement("div"), { className: "tip" }));
  const text = (value, digits) => Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const written = (value, unit) => (value < 0 ? "\\u2212" : "") + unit.prefix + text(value * unit.scale, unit.digits) + unit.suffix;
  const intraday = xKind === "time" && x.length > 1 && x[x.length - 1] - x[0] < x.length * 20 * 3600000;
  const heading = (value) => {
    if (xKind !== "time") return xUnit ? written(value, xUnit) : text(value, 0);
    return intraday ? new Date(value).toISOString().slice(0, 16).replace("T", " ") : new Date(value - 1).toISOString().slice(0, 10);
  };
  const nearest = (at) => {
    let low = 0, high = x.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle] <= at) low = middle;
      else high = middle;
    }
    return at - x[low] < x[high] - at ? low : high;
  };
  const hide = () => { cross.style.display = tip.style.display = "none"; };
  const show = (event) => {
    const box = plot.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const index = nearest(x[0] + share * (x[x.length - 1] - x[0]));
    const left = (x[index] - x[0]) / (x[x.length - 1] - x[0] || 1);
    tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: heading(x[index]) }));
    for (const { name, tone, values } of series) {
      if (values[index] === null) continue;
      const row = tip.appendChild(Object.assign(document.createElement("span"), { className: tone, textContent: name }));
      row.appendChild(Object.assign(document.createElement("em"), { textContent: written(values[index], unit) }));
    }
    cross.style.display = tip.style.display = "block";
    cross.style.left = left * 100 + "%";
    tip.style.left = left < 0.5 ? "calc(" + left * 100 + "% + 12px)" : "auto";
    tip.style.right = left < 0.5 ? "auto" : "calc(" + (1 - left) * 100 + "% + 12px)";
  };
  plot.addEventListener("pointermove", show);
  plot.addEventListener("pointerdown", show);
  plot.addEventListener("pointerleave", hide);
}
`;
