"""The bars that every backtester is given: a random walk in whole cents, as `bench/backtest/tasks.ts` makes it for ours."""

import numpy as np
import pandas as pd

fast_windows = [2 + 2 * index for index in range(25)]
slow_windows = [55 + 5 * index for index in range(40)]


def walking_bars(job):
    """A frame of open, high, low, close and volume: minutes, or days where there are several combinations."""
    rows = job["bars"]
    volatility, step = (0.01, "D") if job["combinations"] > 1 else (0.0005, "min")
    random = np.random.default_rng(1)
    price = 100 * np.cumprod(1 + volatility * random.standard_normal(rows))
    close = np.round(price, 2)
    open_ = np.concatenate(([100.0], close[:-1]))
    frame = {
        "Open": open_,
        "High": np.maximum(open_, close) + 0.02,
        "Low": np.minimum(open_, close) - 0.02,
        "Close": close,
        "Volume": np.full(rows, 1000.0),
    }
    return pd.DataFrame(frame, index=pd.date_range("2000-01-03", periods=rows, freq=step))


def combinations():
    """The windows of a sweep, fast and slow."""
    return [(fast, slow) for fast in fast_windows for slow in slow_windows]
