import { portfolioStrategy } from "../strategy.ts";

/** Buys the same share of equity of each instrument once, as soon as it is quoted, and keeps what it got: no rebalancing. */
export default portfolioStrategy({
  name: "buy-and-hold",
  summary: "equal parts of all, bought once and kept",
  params: {},
  start(_, instruments) {
    let hasBought = false;
    return {
      onMoment() {
        if (hasBought) return null;
        hasBought = true;
        return instruments.map(() => 1 / instruments.length);
      },
    };
  },
});
