import { plainUnit, shareUnit } from "../../charts/index.ts";
import { chart, type Tell } from "./block.ts";
import { counted } from "./figures-text.ts";

/** Sharpe ratio, volatility and beta over a window that moves along. */
export const rolling: Tell = ({ rolling: section }) => {
  if (!section || section.time.length === 0) return null;
  const { window, time, sharpe, volatility, beta } = section;
  const note = `annualised, over the ${counted(window, "bar")} up to each point`;
  const pair = ({ agent, buyAndHold }: typeof sharpe) => [
    { name: "agent", tone: "agent", values: agent },
    { name: "buy-and-hold", tone: "hold", values: buyAndHold },
  ];
  const common = { kind: "line", x: time, xKind: "time" } as const;
  return {
    title: "Over time",
    short: "Over time",
    blocks: [
      chart({ ...common, title: "Rolling Sharpe ratio", note, unit: plainUnit(2), series: pair(sharpe), include: [0] }),
      chart({ ...common, title: "Rolling volatility", note, unit: shareUnit(1), series: pair(volatility), include: [0] }),
      chart({
        ...common,
        title: "Rolling beta",
        note: `of the agent to buy-and-hold, over ${counted(window, "bar")}: 1 moves as the market does`,
        unit: plainUnit(2),
        series: [{ name: "agent", tone: "agent", values: beta }],
        include: [0],
      }),
    ],
  };
};
