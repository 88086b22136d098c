/** Where each of an account's numbers stands in its row; what they mean is said in `Account`. */
export const accountSlot = {
  cash: 0,
  position: 1,
  costBasis: 2,
  markTicks: 3,
  peakEquity: 4,
  feesPaid: 5,
  borrowPaid: 6,
  realised: 7,
  fillCount: 8,
  fundingPaid: 9,
  interestPaid: 10,
  dividendsReceived: 11,
} as const;

/** Numbers in a row: two lines of a processor's cache, those that every step needs in the first. */
export const accountWidth = 16;

const { cash, position, markTicks, peakEquity, borrowPaid } = accountSlot;

/** Books the cost of having borrowed what was sold short, for the account whose row begins at `offset`. */
export function payBorrowAt(rows: Float64Array, offset: number, amount: number): void {
  rows[offset + cash]! -= amount;
  rows[offset + borrowPaid]! += amount;
}

/** Values the position at a price, for the account whose row begins at `offset`; the peak of equity is taken at marks only. */
export function markAt(rows: Float64Array, offset: number, priceTicks: number): void {
  rows[offset + markTicks] = priceTicks;
  const equity = rows[offset + cash]! + rows[offset + position]! * priceTicks;
  if (equity > rows[offset + peakEquity]!) rows[offset + peakEquity] = equity;
}
