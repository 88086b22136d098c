"""Stable-Baselines3 and sb3-contrib at their defaults, but for the shape of the job."""

import measure

job = measure.arguments()

import numpy as np
import sb3_contrib
import stable_baselines3
import torch
from stable_baselines3.common.noise import NormalActionNoise

from sb3_environment import Direct

torch.set_num_threads(1)
environment = Direct(job)
activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[job.get("activation", "relu")]
shape = {"batch_size": job["batchSize"], "policy_kwargs": {"net_arch": job["hidden"], "activation_fn": activation}, "device": "cpu"}
if job["algorithm"] in ("ppo", "recurrent-ppo"):
    shape |= {"n_steps": job["steps"], "n_epochs": job["epochs"]}

if job["algorithm"] == "ppo":
    agent = stable_baselines3.PPO("MlpPolicy", environment, **shape)
elif job["algorithm"] == "recurrent-ppo":
    shape["policy_kwargs"] |= {"lstm_hidden_size": job["lstm"]}
    agent = sb3_contrib.RecurrentPPO("MlpLstmPolicy", environment, **shape)
elif job["algorithm"] == "sac":
    agent = stable_baselines3.SAC("MlpPolicy", environment, **shape)
else:
    agent = stable_baselines3.TD3("MlpPolicy", environment, action_noise=NormalActionNoise(np.zeros(1), np.full(1, 0.1)), **shape)

items = measure.work_items(job)
agent.learn(300 if "updates" in job else items // job["rounds"])
versions = f"stable-baselines3 {stable_baselines3.__version__}, torch {torch.__version__}"
measure.report(job, lambda: agent.learn(items, reset_num_timesteps=False), versions)
