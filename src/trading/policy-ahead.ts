import { assert } from "../base/index.ts";
import { Account, toTicks } from "../domain/index.ts";
import { type MarketView, type Observer, type Policy, widthOf } from "../env/index.ts";
import { closeBar, costsFor, type InstrumentCosts } from "../market/index.ts";
import type { Agent, KnownStretch } from "./agent.ts";

/** How many observations a network is asked about in one call, at least and at most: powers of two, so that few sizes come up. */
const [fewest, most] = [16, 1024];

/**
 * A policy over bars that are at hand, asked about many bars in one call. What it will observe of the market is known, and what of the
 * account is too for as long as it holds what it holds. An answer counts only where the session's own account turns out to be observed
 * just so, bit for bit; where it is not, as after every trade, the policy is asked anew from that bar on. So it decides what it would
 * decide one bar at a time, provided that a row's answer does not depend on how many are asked about, which is tested.
 */
export function policyAhead(observer: Observer, policy: Policy, stretch: KnownStretch): Agent {
  const ahead = new PolicyAhead(observer, policy, stretch);
  return { update: ({ closeTime }) => ahead.moveTo(closeTime), decide: (account) => ahead.decide(account) };
}

class PolicyAhead {
  private readonly observer: Observer;
  private readonly policy: Policy;
  private readonly stretch: KnownStretch;
  private readonly market: MarketView;
  private readonly costs: InstrumentCosts;
  /** What the session's account comes to be while nothing trades. */
  private readonly resting: Account;
  private readonly observations: Float32Array;
  private readonly actions: Float32Array;
  private readonly action: Float32Array;
  /** What is observed of the account. */
  private readonly own: Float32Array;
  private row: number;
  /** The rows that the policy has been asked about: `count` from `first` on. */
  private first = 0;
  private count = 0;

  constructor(observer: Observer, policy: Policy, stretch: KnownStretch) {
    const { bars, seen, from, costs, initialCash } = stretch;
    this.observer = observer;
    this.policy = policy;
    this.stretch = stretch;
    this.market = observer.view(seen);
    this.costs = costsFor(bars.instrument, costs);
    this.resting = new Account(initialCash);
    this.action = new Float32Array(widthOf(policy.actionSpace));
    this.own = new Float32Array(observer.size - this.market.width);
    this.observations = new Float32Array(most * observer.size);
    this.actions = new Float32Array(most * this.action.length);
    this.row = from - 1;
  }

  moveTo(closeTime: number): void {
    this.row++;
    assert(closeTime === this.stretch.bars.closeTime[this.row], "the bars that come are those at hand");
  }

  decide(account: Account): number | null {
    const { observer, market, row, action, actions } = this;
    if (!market.isReady(row)) return null;
    observer.observeAccount(account, this.own, 0);
    if (!this.hasAsked()) this.ask(account);
    const at = (row - this.first) * action.length;
    for (let place = 0; place < action.length; place++) action[place] = actions[at + place]!;
    return observer.act(action, account);
  }

  /** Whether the policy has been asked about what is observed now. */
  private hasAsked(): boolean {
    const { own, observations, observer, market, count } = this;
    const index = this.row - this.first;
    if (index >= count) return false;
    const at = index * observer.size + market.width;
    for (let place = 0; place < own.length; place++) if (!Object.is(own[place], observations[at + place])) return false;
    return true;
  }

  /** Asks about this bar and, as if nothing traded, about those that follow: about as far as the last answers were of use. */
  private ask(account: Account): void {
    const { row, count, stretch, resting, observer, market, observations } = this;
    const used = Math.min(row - this.first, count); // Before the first question, none.
    const rows = used === count ? Math.min(most, 2 * count) : 2 ** Math.ceil(Math.log2(used));
    this.first = row;
    this.count = Math.min(Math.max(fewest, rows), stretch.to - row);
    resting.row.set(account.row);
    for (let index = 0; index < this.count; index++) {
      if (index > 0) this.rest(row + index);
      observer.observeAccount(resting, observations, market.write(row + index, observations, index * observer.size));
    }
    this.policy.decide(observations, Math.max(fewest, rows), this.actions);
  }

  /** Lets a bar pass in which nothing trades. */
  private rest(row: number): void {
    const { instrument, close, closeTime } = this.stretch.bars;
    closeBar(this.resting, toTicks(instrument, close[row]!), closeTime[row]! - closeTime[row - 1]!, this.costs);
  }
}
