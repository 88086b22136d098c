"""vectorbt: whole columns through compiled loops. It fills at the close that decides, as it does unless told otherwise."""

import measure

job = measure.arguments()

import numpy as np
import pandas as pd
import vectorbt
from backtest_bars import fast_windows, slow_windows, walking_bars

bars = walking_bars(job)
close = bars["Close"]


def cross(prices, fast, slow):
    """A portfolio a pair of windows, with its figures."""
    fast_means = vectorbt.MA.run(prices, sorted(set(fast))).ma
    slow_means = vectorbt.MA.run(prices, sorted(set(slow))).ma
    left = np.asarray(fast_means).reshape(len(prices), -1)
    right = np.asarray(slow_means).reshape(len(prices), -1)
    above = (left[:, :, None] > right[:, None, :]).reshape(len(prices), -1)
    below = (left[:, :, None] <= right[:, None, :]).reshape(len(prices), -1)
    portfolio = vectorbt.Portfolio.from_signals(prices, above, below, fees=0.0001, init_cash=1_000_000, freq="D")
    return portfolio.total_return(), portfolio.sharpe_ratio(), portfolio.max_drawdown()


def orders(prices):
    """An order at every bar, by target shares of equity."""
    size = np.where(np.arange(len(prices)) % 2 == 0, 0.2, 0.5)
    portfolio = vectorbt.Portfolio.from_orders(prices, size, size_type="targetpercent", fees=1e-6, init_cash=1e9, freq="min")
    assert len(portfolio.orders.values) >= len(prices) - 1
    return portfolio


works = {
    "backtest/events": lambda: cross(close, [20], [100]),
    "backtest/vectorised": lambda: orders(close),
    "backtest/sweep": lambda: cross(close, fast_windows, slow_windows),
}
work = works[job["name"]]
work()  # Compiles its loops.
measure.report(job, work, f"vectorbt {vectorbt.__version__}, numba, pandas {pd.__version__}")
