import type { Account } from "../../domain/index.ts";
import type { TradingEnvironment } from "../batched-environment.ts";
import type { PortfolioEnvironment } from "../portfolio/index.ts";
import type { Books, Ledger } from "./subject.ts";

/** The books of an environment that shows its accounts. */
export const accountBooks: Books<TradingEnvironment> = {
  ledger: ({ accounts }, index) => ledgerOf(accounts[index]!),
  finalEquity: ({ finalEquity }, index) => finalEquity[index]!,
};

function ledgerOf(account: Account): Ledger {
  const { initialCash, cash, equity, position, markTicks, realised, costBasis } = account;
  const { feesPaid, borrowPaid, fundingPaid, interestPaid, dividendsReceived } = account;
  const charges = feesPaid + borrowPaid + fundingPaid + interestPaid - dividendsReceived;
  return { initialCash, cash, equity, positions: [position], marks: [markTicks], charges, purchases: costBasis - realised };
}

/** The books of portfolios. Those that may sell short are on margin: a short position's borrow is charged whatever cash there is. */
export const portfolioBooks: Books<PortfolioEnvironment> = {
  ledger(environment, index) {
    const { bought, sold, fees, borrow, dividends, ...ledger } = environment.ledger(index);
    return { ...ledger, charges: fees + borrow - dividends, purchases: bought - sold };
  },
  finalEquity: ({ finalEquity }, index) => finalEquity[index]!,
};
