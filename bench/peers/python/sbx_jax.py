"""SBX, Stable-Baselines3 on JAX, at its defaults, but for the shape of the job. Compiling is part of the warm-up."""

import os

os.environ["JAX_PLATFORMS"] = "cpu"

import measure

job = measure.arguments()
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # XLA's own pool of threads has no switch.

import flax.linen
import jax
import numpy as np
import sbx
import torch
from stable_baselines3.common.noise import NormalActionNoise

from sb3_environment import Direct

torch.set_num_threads(1)
environment = Direct(job)
activation = {"tanh": flax.linen.tanh, "relu": flax.linen.relu}[job.get("activation", "relu")]
shape = {"batch_size": job["batchSize"], "policy_kwargs": {"net_arch": job["hidden"], "activation_fn": activation}}

if job["algorithm"] == "ppo":
    agent = sbx.PPO("MlpPolicy", environment, n_steps=job["steps"], n_epochs=job["epochs"], **shape)
elif job["algorithm"] == "sac":
    agent = sbx.SAC("MlpPolicy", environment, **shape)
else:
    agent = sbx.TD3("MlpPolicy", environment, action_noise=NormalActionNoise(np.zeros(1), np.full(1, 0.1)), **shape)

items = measure.work_items(job)
agent.learn(300 if "updates" in job else 2 * items // job["rounds"])
measure.report(job, lambda: agent.learn(items, reset_num_timesteps=False), f"sbx-rl {sbx.__version__}, jax {jax.__version__}")
