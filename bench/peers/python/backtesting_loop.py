"""backtesting.py: its own loop, a run a combination. It has no way to give it orders in columns."""

import measure

job = measure.arguments()

import warnings

import backtesting
import pandas as pd
from backtest_bars import combinations, walking_bars
from backtesting import Backtest, Strategy

warnings.filterwarnings("ignore")  # It warns of what it closes at the end, a thousand times over.
bars = walking_bars(job)


def mean(values, window):
    return pd.Series(values).rolling(window).mean()


class Cross(Strategy):
    fast = 20
    slow = 100

    def init(self):
        self.fast_mean = self.I(mean, self.data.Close, self.fast, plot=False)
        self.slow_mean = self.I(mean, self.data.Close, self.slow, plot=False)

    def next(self):
        above = self.fast_mean[-1] > self.slow_mean[-1]
        if above and not self.position:
            self.buy(size=0.99)
        elif not above and self.position:
            self.position.close()


def run(frame, **windows):
    """One backtest with its statistics."""
    return Backtest(frame, Cross, cash=1_000_000, commission=0.0001).run(**windows)


def sweep():
    for fast, slow in combinations():
        run(bars, fast=fast, slow=slow)


assert run(bars.iloc[:2000])["# Trades"] > 0
work = sweep if job["combinations"] > 1 else lambda: run(bars)
measure.report(job, work, f"backtesting {backtesting.__version__}")
