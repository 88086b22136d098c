import { number } from "../format.ts";
import { type Html, html } from "../markup.ts";
import { numberTicks, tickDigits } from "../ticks.ts";
import { place, scaleOf } from "./axis.ts";

/** An interval on a line of numbers, with its estimate and 0. */
export function intervalChart({
  low,
  high,
  estimate,
  label,
}: {
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
  readonly label: string;
}): Html {
  const ticks = numberTicks(Math.min(low, 0), Math.max(high, 0), 6);
  const digits = tickDigits(ticks);
  const scale = scaleOf(ticks[0]!, ticks.at(-1)!);
  const kind = (value: number) => (Math.abs(value) < 1e-12 ? "tick zero" : "tick");
  return html`<div class="interval" role="img" aria-label="${label}">
    <div class="rail">
      ${ticks.map((value) => html`<span class="${kind(value)}" style="left:${place(scale(value))}"><b>${number(value, digits)}</b></span>`)}
      <span class="reach" style="left:${place(scale(low))};width:${place(scale(high) - scale(low))}"></span
      ><span class="estimate" style="left:${place(scale(estimate))}"></span>
    </div>
  </div>`;
}
