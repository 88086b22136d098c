/** What a replay adds to the script of reports: the heat map's colours, and a player that shows one moment in all charts, readouts and the ladder. */
export const replayScript = `
for (const canvas of document.querySelectorAll("canvas.heat")) {
  const cells = Uint8Array.from(atob(canvas.dataset.cells), (letter) => letter.charCodeAt(0));
  const context = canvas.getContext("2d");
  const colour = (name) => {
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  };
  const draw = () => {
    const [bid, ask] = [colour("--buy"), colour("--sell")];
    const image = context.createImageData(canvas.width, canvas.height);
    for (let cell = 0; cell < cells.length; cell++) {
      const shade = cells[cell] & 127;
      image.data.set(cells[cell] & 128 ? ask.slice(0, 3) : bid.slice(0, 3), cell * 4);
      image.data[cell * 4 + 3] = shade === 0 ? 0 : 20 + Math.round(1.35 * shade);
    }
    context.putImageData(image, 0, 0);
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
{
  const data = JSON.parse(document.querySelector(".player script").textContent);
  const { x, depth } = data;
  const [slider, button, speed] = ["at", "play", "speed"].map((id) => document.getElementById(id));
  const heads = [...document.querySelectorAll("figure.chart .plot")].map((plot) =>
    plot.appendChild(Object.assign(document.createElement("div"), { className: "playhead" })),
  );
  const text = (value, digits) => {
    const size = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return (value < 0 && /[1-9]/.test(size) ? "\\u2212" : "") + size;
  };
  const shown = {
    when: (at) => data.when[at],
    price: (at) => (data.price[at] === null ? "unknown" : text(data.price[at], data.priceDigits)),
    position: (at) => text(data.position[at], data.positionDigits),
    equity: (at) => text(data.equity[at], data.equityDigits),
    reward: (at) => (at === 0 ? "\\u2013" : text(data.reward[at], 4)),
    action: (at) => data.action[at] || "\\u2013",
  };
  const places = [...document.querySelectorAll("[data-show]")].map((element) => [element, shown[element.dataset.show]]);
  const body = document.getElementById("ladder");
  const most = depth && Math.max(1, ...depth.flatMap(([bids, asks]) => [...bids, ...asks].filter((_, index) => index % 2 === 1)));
  const element = (name, className, content) => Object.assign(document.createElement(name), { className, textContent: content });
  const row = (side, price, lots, own) => {
    const line = document.createElement("tr");
    const cells = [element("td", "bid", ""), element("td", "level", text(price, data.levelDigits)), element("td", "ask", "")];
    const cell = side > 0 ? cells[0] : cells[2];
    const bar = cell.appendChild(document.createElement("i"));
    bar.style.width = Math.max(2, (100 * lots) / most) + "%";
    const mine = own.filter((order) => order[0] === side && order[1] === price).reduce((sum, order) => sum + order[2], 0);
    if (mine > 0) cell.append(element("b", "", "\\u25cf " + text(mine, 0) + " of "));
    cell.append(text(lots, 0));
    line.append(...cells);
    return line;
  };
  const drawLadder = ([bids, asks, own]) => {
    const rows = [];
    for (let level = asks.length - 2; level >= 0; level -= 2) rows.push(row(-1, asks[level], asks[level + 1], own));
    const gap = element("tr", "gap", "");
    const cell = gap.appendChild(element("td", "", bids.length && asks.length ? "spread " + text(asks[0] - bids[0], data.levelDigits) : bids.length || asks.length ? "one side is empty" : "the book is not known here"));
    cell.colSpan = 3;
    rows.push(gap);
    for (let level = 0; level < bids.length; level += 2) rows.push(row(1, bids[level], bids[level + 1], own));
    body.replaceChildren(...rows);
  };
  const show = (at) => {
    slider.value = at;
    const share = (x[at] - x[0]) / (x[x.length - 1] - x[0] || 1);
    for (const head of heads) head.style.left = share * 100 + "%";
    for (const [place, of] of places) place.textContent = of(at);
    document.querySelector('[data-show="when"]').nextElementSibling.textContent = "step " + text(at, 0) + " of " + text(x.length - 1, 0);
    if (depth) drawLadder(depth[at]);
  };
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "\\u25b6"; button.setAttribute("aria-label", "Play"); };
  const play = () => {
    if (Number(slider.value) >= x.length - 1) show(0);
    button.textContent = "\\u23f8\\ufe0e";
    button.setAttribute("aria-label", "Pause");
    const every = Math.max(1, Math.round(Number(speed.value) / 20));
    timer = setInterval(() => {
      const next = Math.min(Number(slider.value) + every, x.length - 1);
      show(next);
      if (next === x.length - 1) stop();
    }, (1000 * every) / Number(speed.value));
  };
  button.addEventListener("click", () => (timer ? stop() : play()));
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  speed.addEventListener("change", () => { if (timer) { stop(); play(); } });
  for (const head of heads) {
    head.parentElement.addEventListener("click", (event) => {
      const box = head.parentElement.getBoundingClientRect();
      const wanted = x[0] + ((event.clientX - box.left) / box.width) * (x[x.length - 1] - x[0]);
      stop();
      show(x.reduce((best, value, index) => (Math.abs(value - wanted) < Math.abs(x[best] - wanted) ? index : best), 0));
    });
  }
  // The last moment at first, or the last one of which the book is known.
  const known = depth ? depth.findLastIndex(([bids, asks]) => bids.length + asks.length > 0) : -1;
  show(known < 0 ? x.length - 1 : known);
}
`;
