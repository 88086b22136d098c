/**
 * The words of the finance lexicon: written for this project by what readers of company news, market reports and posts mean by them, and
 * copied from no other list. Words are lemmas (`words.ts` finds their inflections, irregular forms stand here); weights are how much one word
 * moves a judgement, in steps from 0.3 (a shade) to 3 (as good or bad as it gets). A change of this file changes `lexiconIdentity`.
 */

/** Words and phrases that are good or bad by themselves, by weight. */
export const opinions: Readonly<Record<string, string>> = {
  "3": `skyrocket; best ever; blowout quarter; blowout earnings`,
  "2.5": `blowout; blockbuster; breakthrough; raise guidance; raises outlook; beat and raise; record profit; record earnings; record revenue;
    record sales; to the moon; fda approval; wins approval; smash estimates; crush estimates; stellar`,
  "2": `upgrade; outperform; bullish; bull; superb; outstanding; exceptional; thrive; boom; windfall; triumph; beat estimate; beat expectation;
    beat forecast; beat consensus; top estimate; top expectation; top forecast; exceed expectation; exceed estimate; above expectation;
    better than expected; better than feared; stronger than expected; ahead of estimate; ahead of expectation; 
    strong buy; breakout; break out; exonerate; acquit; oversubscribed; turnaround`,
  "1.5": `beat; strong; strength; robust; success; successful; succeed; win; winner; win contract; approve; approval; profitable; profitability;
    outpace; excel; excellent; impressive; impress; favorable; favourable; buyback; buy back; repurchase; rebound; recover; recovery;
    overweight; undervalued; accretive; innovative; momentum; bargain; solid; surpass; exceed; top line growth; special dividend; healthy;
    resilient; resilience; resolve; settle dispute; clearance; award; landmark; golden cross; short squeeze; dividend increase; reinstated;
    love; great; awesome; amazing; fantastic; wonderful; rip higher; moon; price target raised; pop`,
  "1": `good; benefit; advantage; attractive; improve; improvement; progress; upbeat; optimistic; optimism; confident; confidence; opportunity;
    gain; gainer; advance; positive; profit; achieve; achievement; expansion; upside; accelerate; efficient; efficiency; leader; leading;
    popular; promising; reward; stabilize; stabilise; stable; steady; support; supportive; tailwind; cheap; outlook stable; accumulate;
    partnership; collaboration; innovation; launch; unveil; contract win; secure; deal; buy rating; green; encouraging; constructive; rich;
    growth; on track; in line to; reiterate buy; insider buying; upgradeable; happy; nice; cool; better; best; exciting; excited; hope; hero`,
  "0.5": `buy; buyer; go long; enter long; long position; expand; extend; agree; agreement; complete; restore; hire; upward; okay;
    fair; calm; ease; easing; relief; bounce; helpful; help; enable; welcome; win over; ready; settle lawsuit; settle case; clean; new product`,
  "-0.5": `sell; seller; go short; enter short; short position; concern; caution; cautious; delay; postpone; volatile; volatility; expensive; pressure; mixed; soften; soft;
    slow; slower; slowdown; wait; doubt; drag; pause; challenge; challenging; competition; competitive; limited; resign; resignation; step down;
    depart; departure; restructure; restructuring; tariff; strike; protest; red; muted; modest; unclear; hold rating;
    dilution; dilute; overhang; headwind; disagree; stall; downward; tired; late; stuck; costly`,
  "-1": `bad; worry; worried; fear; risk; risky; problem; trouble; negative; disappoint; weaken; pessimistic; pessimism; uncertain; uncertainty;
    struggle; hurt; harm; damage; shortage; shortfall; setback; obstacle; adverse; unfavorable; unfavourable; unprofitable; inefficient;
    underperform; underweight; overvalued; bubble; decline; deteriorate; deterioration; complaint; dispute; litigation; penalty; fine of;
    breach; violate; violation; probe; investigate; investigation; subpoena; suspend; suspension; halt; cancel; cancellation; recall; reject;
    rejection; oppose; layoff; lay off; job cut; closure; shut down; shutter; stop production; unable; failure; fail; lose; lost; lag;
    insider selling; deficit; correction; bearish divergence; wrong; hate; stink; suck; ugly; victim; woe; dump; worse; useless; idiot;
    disruption; outage; glitch; defect; flaw; faulty; hack; hacked; burden; stagnant; stagnation; contraction; tough; poor; loser; desperate;
    desperation; dead money; cut job; drag on; slump in; sour; bail out; blame`,
  "-1.5": `miss; weak; weakness; loss; lawsuit; sue; sued; downturn; recession; warn; warning; disappointing; disappointment; impairment; write down;
    writedown; write off; charge off; sell off; selloff; bearish; bear; delinquency; delinquent; antitrust; indictment; guilty; misconduct;
    distress; distressed; hostile; crisis; antitrust case; data breach; going concern; dividend cut; suspend dividend; price target cut;
    price target lowered; sell rating; death cross; cut to sell; cut to neutral; lose ground; lose money; terrible; horrible; awful;
    disaster; disastrous; panic; halted trading; shortfall in; ripoff; rip off; fears of; credit downgrade; junk`,
  "-2": `downgrade; fraud; fraudulent; scandal; default; plummet; crash; collapse; insolvent; insolvency; bankrupt; miss estimate;
    miss expectation; miss forecast; miss consensus; fall short; below expectation; worse than expected; worse than feared; weaker than expected;
    short of expectation; short of estimate; profit warning; cut guidance; slash guidance; lower guidance; cut outlook; cut forecast;
    withdraw guidance; suspend guidance; class action; delist; delisted;
    delisting; ponzi; meltdown; bloodbath; plague; catastrophe; catastrophic; worst`,
  "-2.5": `bankruptcy; file for bankruptcy; chapter 11; accounting fraud; embezzle; embezzlement; record loss; liquidation; wipe out; wiped out;
    fda rejection; default on debt; worst ever; criminal charge; securities fraud`,
};

/** Where something stands: good for what is good, and bad for what is bad. */
export const levels: readonly { readonly weight: number; readonly words: string }[] = [
  { weight: 2, words: "all time high; record high; multi year high; 52 week high; new high; high since; highest since; historic high" },
  { weight: -2, words: "all time low; record low; multi year low; 52 week low; new low; low since; lowest since; historic low" },
];

/** Words that say that something moves, with how much they say when nothing is named that does, and how much they add to what is. */
export const movements: readonly { readonly sign: 1 | -1; readonly alone: number; readonly strength: number; readonly words: string }[] = [
  { sign: 1, alone: 2, strength: 2.2, words: "surge; soar; rocket; spike; explode; double; triple; quadruple; leap; zoom" },
  { sign: 1, alone: 1.5, strength: 1.8, words: "jump; rally; shoot up; climb" },
  {
    sign: 1,
    alone: 1,
    strength: 1.5,
    words: "rise; rose; risen; grow; grew; grown; up; higher; gain; add; advance; strengthen; pick up; tick up",
  },
  {
    sign: 1,
    alone: 0.4,
    strength: 1.5,
    words: "increase; raise; lift; hike; boost; expand; widen; accelerate; improve; swell; mount; deepen; wider; larger; bigger; greater",
  },
  {
    sign: -1,
    alone: 2,
    strength: 2.2,
    words: "plunge; tumble; nosedive; sink; sank; sunk; tank; crater; slump; halve; plummet; collapse; crash",
  },
  { sign: -1, alone: 1.5, strength: 1.8, words: "drop; slide; slid; skid; dive; tumble lower" },
  {
    sign: -1,
    alone: 1,
    strength: 1.5,
    words: "fall; fell; fallen; decline; down; lower; retreat; slip; dip; weaken; shed; ease lower; tick down; erode",
  },
  {
    sign: -1,
    alone: 0.4,
    strength: 1.5,
    words:
      "decrease; cut; reduce; slash; trim; shrink; shrank; shrunk; narrow; contract; slow; decelerate; pare; curb; cool; curtail; narrower; smaller",
  },
];

/** Things of which more is good, and things of which more is bad. */
export const objects = {
  good: `profit; earnings; revenue; sale; income; margin; eps; guidance; outlook; forecast; dividend; demand; order; growth; traffic; subscriber;
    production; output; cash; cash flow; rating; target; estimate; share; stock; price; market; index; buyback; backlog; confidence; gdp; payroll;
    employment; shipment; delivery; booking; turnover; ebitda; valuation; volume; yield on cost; store; market share; capacity; user; customer;
    comp; same store sale; price target; free cash flow; gross profit; net income; operating income; future; equity; bond; house price; productivity; spending; export; view; expectation; payout; result; euro; dollar`,
  bad: `loss; debt; cost; expense; unemployment; inflation; layoff; tax; default; delinquency; risk; claim; jobless claim; deficit; writedown;
    impairment; churn; complaint; volatility; recall; short interest; leverage; outflow; inventory; bankruptcy; penalty; liability; shortage;
    tariff; borrowing cost; uncertainty; fear; concern; worry; pressure; threat; provision; charge; vix; headcount cut; tension; competition`,
} as const;

/** Words that turn what follows into its opposite, more or less; what they say by themselves where nothing follows. */
export const negations: readonly { readonly factor: number; readonly alone: number; readonly words: string }[] = [
  {
    factor: -0.75,
    alone: 0,
    words: `not; no; never; without; neither; nor; cannot; cant; dont; doesnt; didnt; isnt; wasnt; arent; werent; wont; wouldnt; shouldnt; couldnt;
      hasnt; havent; hadnt; aint; no longer; not any; nothing; nobody; none; hardly; barely; scarcely; far from; anything but; instead of;
      rather than; free of; absence of; stop; deny; prevent; avert; rule out; unlikely to; end of`,
  },
  { factor: -0.75, alone: -1, words: "fail to; failure to; unable to; inability to; lack of; lack; refuse to; struggle to; miss out on" },
  { factor: -0.5, alone: 0, words: "less; fewer; least; limit; contain; offset; recover from; rebound from; overcome; shrug off" },
  { factor: -0.5, alone: -0.5, words: "avoid" },
];

/** Words that look like negations and are none. */
export const noNegations =
  "not only; not just; no doubt; no wonder; no matter; no 1; not to mention; nothing but; nonstop; no problem; never seen such; never before; never been; never better";

/** Words that make what stands beside them stronger or weaker. */
export const degrees: readonly { readonly factor: number; readonly words: string }[] = [
  {
    factor: 1.4,
    words: `very; highly; sharply; strongly; significantly; substantially; massively; hugely; extremely; dramatically; heavily; deeply; steeply; big;
      huge; massive; major; severe; severely; really; so; super; considerably; much; record; rapid; rapidly; biggest; largest`,
  },
  { factor: 1.2, words: "more; most; further; solidly; notably; well; broadly; still; clearly; fully; too; quite" },
  {
    factor: 0.6,
    words: "slightly; somewhat; marginally; modestly; a bit; a little; mildly; partly; partially; minor; small; slight; fairly; relatively",
  },
];

/** Words of those who are not sure, or who only report that somebody says so. */
export const hedges = `may; might; could; possibly; possible; perhaps; maybe; reportedly; allegedly; alleged; rumor; rumour; rumored; rumoured; speculate;
  speculation; appear; appears; seem; seems; likely; probably; potentially; suggest; apparently; if; whether; would; consider; mull; weigh; explore; in talks;
  unconfirmed; expected to; plan to; hope to; aim to; unclear; uncertain; i think; believe`;

/** Words behind which the weight lies. */
export const contrasts = "but; however; yet; nevertheless; nonetheless; still though";

/** Words whose clause gives way to the rest of the sentence. */
export const concessions = "although; though; despite; in spite of; even as; while; notwithstanding; even though; after";

/** Phrases that mean nothing by the words that they are made of. */
export const neutralPhrases = `long term; short term; short selling; conference call; earnings call; call transcript; buy or sell; sell or hold; bull and bear;
  buyer and seller; risk factor; risk management; interest rate; interest income; real estate; cost of sales; profit taking; stock split; stop loss;
  cut off; lower house; fair value; best buy; market cap; what to expect; in store; supply and demand; look ahead; support level; green mountain;
  red hat; high frequency; great britain; good morning; good friday; good luck; to date; up to date; sign up; follow up; set up; wake up; start up;
  check up; look up; make up; step up; up to; up next; down under; fall back on; in the fall; later; shortly; lately; order book; price action;
  nice try; super bowl; happy birthday; happy new year; happy holiday; than expected; than feared; than forecast; stock market; market maker; market order; limit order; fine print;
  best time; better late than never; more or less; shareholder; stakeholder; goods; consumer goods; short sale; case study`;
