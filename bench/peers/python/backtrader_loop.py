"""backtrader: its own loop with indicators computed beforehand, a run a combination. It has no way to give it orders in columns."""

import measure

job = measure.arguments()

import backtrader
from backtest_bars import combinations, walking_bars

bars = walking_bars(job)
fills = 0


class Cross(backtrader.Strategy):
    params = (("fast", 20), ("slow", 100))

    def __init__(self):
        self.fast_mean = backtrader.indicators.SMA(self.data.close, period=self.p.fast)
        self.slow_mean = backtrader.indicators.SMA(self.data.close, period=self.p.slow)

    def notify_order(self, order):
        global fills
        fills += order.status == order.Completed

    def next(self):
        above = self.fast_mean[0] > self.slow_mean[0]
        if above and not self.position:
            self.order_target_percent(target=0.99)
        elif not above and self.position:
            self.close()


def run(frame, **windows):
    """One backtest with its returns."""
    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.adddata(backtrader.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(Cross, **windows)
    cerebro.addanalyzer(backtrader.analyzers.DrawDown)
    cerebro.broker.setcash(1_000_000)
    cerebro.broker.setcommission(commission=0.0001)
    return cerebro.run()


def sweep():
    for fast, slow in combinations():
        run(bars, fast=fast, slow=slow)


run(bars.iloc[:2000])
assert fills > 0
work = sweep if job["combinations"] > 1 else lambda: run(bars)
measure.report(job, work, f"backtrader {backtrader.__version__}")
