import { type Account, type CorporateAction, type Instrument, type Portfolio, toTicks } from "../domain/index.ts";

/** Books a split or a dividend; a dividend is rounded against the account. Money units are ticks × lots. */
export function bookAction(account: Account, instrument: Instrument, action: CorporateAction): void {
  if (action.kind === "split") account.split(action.numerator, action.denominator);
  if (action.kind === "dividend" && account.position !== 0)
    account.receiveDividend(floorMoney((account.position * action.amount) / instrument.tickSize));
  if (action.kind === "delisting" && account.position !== 0) account.trade(-account.position, toTicks(instrument, action.price), 0);
}

/** Books what happens to one of a portfolio's instruments, as `bookAction` does for an account. */
export function bookPortfolioAction(portfolio: Portfolio, index: number, action: CorporateAction): void {
  const instrument = portfolio.instruments[index]!;
  const lots = portfolio.position[index]!;
  if (action.kind === "split") portfolio.split(index, action.numerator, action.denominator);
  if (lots === 0) return;
  if (action.kind === "dividend")
    portfolio.receiveDividend(floorMoney((lots * action.amount * portfolio.worth[index]!) / instrument.tickSize));
  if (action.kind === "delisting") portfolio.trade(index, -lots, toTicks(instrument, action.price), 0);
}

/** Rounds down, but takes a value that is whole but for the noise of a division as whole. */
const floorMoney = (value: number): number =>
  Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, Math.abs(value)) ? Math.round(value) : Math.floor(value);
