"""RLtools from its Python package: its C++ is compiled for the job's shape, with its own Pendulum, and never enters Python while it trains."""

import pathlib
import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from importlib.metadata import version

import measure

job = measure.arguments()
if shutil.which("g++") is None and shutil.which("clang++") is None:
    sys.exit("no C++ compiler: RLtools compiles itself for each shape")

cache = pathlib.Path(sys.prefix).parent / "rltools"
cache.mkdir(exist_ok=True)
tempfile.tempdir = str(cache)  # The package keeps what it compiles below the folder for temporary files.

import rltools
import rltools.src.training
import scipy_openblas32

blas = scipy_openblas32.get_lib_dir()
renamed = [f"-D{name}=scipy_{name}" for name in ("cblas_sgemm", "cblas_dgemm")]  # This build of OpenBLAS prefixes its names.
rltools.src.training.acceleration_flags = lambda _module: [
    f"-L{blas}",
    f"-Wl,-rpath,{blas}",
    f"-l{scipy_openblas32.get_library()}",
    "-DRL_TOOLS_BACKEND_ENABLE_OPENBLAS",
    "-DRL_TOOLS_DISABLE_UNALIGNED_MEMORY_ALLOCATIONS",
    *renamed,
]

common = {
    "force_blas": True,  # Without BLAS it runs too, ten times slower.
    "enable_evaluation": False,
    "interface_name": job["name"].replace("/", "_"),
    "ACTOR_HIDDEN_DIM": job["hidden"][0],
    "CRITIC_HIDDEN_DIM": job["hidden"][0],
}
pendulum = {"path": str(measure.here.parent / "rltools"), "action_dim": 1, "observation_dim": 3}
with redirect_stdout(sys.stderr):
    if job["algorithm"] == "ppo":
        trainer = rltools.PPO(
            pendulum,
            N_ENVIRONMENTS=job["environments"],
            ON_POLICY_RUNNER_STEPS_PER_ENV=job["steps"],
            BATCH_SIZE=job["batchSize"],
            N_EPOCHS=job["epochs"],
            GAMMA=0.9,
            TOTAL_STEP_LIMIT=measure.work_items(job),
            **common,
        )
    else:
        kind = {"sac": rltools.SAC, "td3": rltools.TD3}[job["algorithm"]]
        trainer = kind(
            pendulum,
            ACTOR_BATCH_SIZE=job["batchSize"],
            CRITIC_BATCH_SIZE=job["batchSize"],
            N_WARMUP_STEPS=job["batchSize"],
            STEP_LIMIT=job["batchSize"] + job["updates"],
            **common,
        )


def train():
    state = trainer.State(1)
    while not state.step():
        pass


train()
measure.report(job, train, f"rltools {version('rltools')}, OpenBLAS {version('scipy-openblas32')}")
