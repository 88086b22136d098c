"""What the peer scripts share: one thread, the job's shape, the best of several repeats, one line of JSON.

Import this before NumPy, PyTorch or JAX: they read the settings below once, when they load.
"""

import argparse
import json
import os
import pathlib
import time

here = pathlib.Path(__file__).parent
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)  # A machine that forces older kernels on OpenBLAS would make a peer twice as slow as it is.


def arguments(*peer_names):
    """The job that the command line names, as a dictionary of `jobs.json`, with the repeats asked for."""
    jobs = {job["name"]: job for job in json.loads((here.parent / "jobs.json").read_text())}
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=[*jobs, *peer_names])
    parser.add_argument("--repeats", type=int, default=3)
    parsed = parser.parse_args()
    return {**jobs.get(parsed.job, {"name": parsed.job}), "repeats": parsed.repeats}


def seconds(work):
    """Seconds that calling `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def work_items(job):
    """Environment steps, updates or bars in one repeat of a job."""
    if "bars" in job:
        return job["bars"] * job["combinations"]
    return job["updates"] if "updates" in job else job["rounds"] * job["environments"] * job["steps"]


def report(job, work, note):
    """Runs `work` as often as asked, and prints the best as seconds, milliseconds or items a second. Warm up before."""
    least = min(seconds(work) for _ in range(job["repeats"]))
    value = {"s": least, "ms": 1000 * least}.get(job["unit"], work_items(job) / least)
    print_result(job["name"], value, job["unit"], f"best of {job['repeats']}; {note}")


def print_result(name, value, unit, note):
    """The one line that the runner reads."""
    print(json.dumps({"name": name, "value": value, "unit": unit, "note": note}), flush=True)
