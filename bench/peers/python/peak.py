"""The arithmetic limit of one core, measured as the fastest single-precision matrix product that NumPy or PyTorch can do."""

import measure

job = measure.arguments("peak/sgemm")

import numpy as np
import torch

torch.set_num_threads(1)


def gigaflops(size, multiply):
    """The best rate of multiplying two matrices of that size, some 2 GFLOP at a time."""
    multiply()
    times = max(1, (1 << 30) // size**3)
    least = min(measure.seconds(lambda: [multiply() for _ in range(times)]) for _ in range(5 * job["repeats"]))
    return 2e-9 * times * size**3 / least


def both(size):
    left, right = (np.random.default_rng(seed).standard_normal((size, size), dtype=np.float32) for seed in (1, 2))
    out = np.empty_like(left)
    tensors = [torch.from_numpy(array) for array in (left, right, out)]
    numpy_rate = gigaflops(size, lambda: np.matmul(left, right, out=out))
    return numpy_rate, gigaflops(size, lambda: torch.mm(tensors[0], tensors[1], out=tensors[2]))


with_numpy, with_torch = (max(rates) for rates in zip(*map(both, (256, 512, 1024))))
note = f"NumPy {np.__version__}: {with_numpy:.0f}, PyTorch {torch.__version__}: {with_torch:.0f}"
measure.print_result(job["name"], max(with_numpy, with_torch), "GF/s", note)
