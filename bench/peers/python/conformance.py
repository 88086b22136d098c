"""Trains one row of the conformance table with Stable-Baselines3 or sb3-contrib on Gymnasium, once a seed, as rl-baselines3-zoo does.

The row comes on the standard input as `conformance.ts` writes it, with every parameter spelt out. Each seed prints one line of JSON.
"""

import argparse
import json

import measure

parser = argparse.ArgumentParser()
parser.add_argument("seeds", type=int, nargs="+")
parser.add_argument("--episodes", type=int, default=100)

import sys

import gymnasium
import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3 import A2C, DDPG, PPO, SAC, TD3
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.noise import NormalActionNoise, OrnsteinUhlenbeckActionNoise
from stable_baselines3.common.vec_env import VecNormalize

torch.set_num_threads(1)

environments = {
    "cartPole": ("CartPole-v1", []),
    "acrobot": ("Acrobot-v1", []),
    "pendulum": ("Pendulum-v1", []),
    "mountainCarContinuous": ("MountainCarContinuous-v0", []),
    "cartPoleWithoutVelocity": ("CartPole-v1", [1, 3]),
    "pendulumWithoutVelocity": ("Pendulum-v1", [2]),
    "mountainCarContinuousWithoutVelocity": ("MountainCarContinuous-v0", [1]),
}
activations = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "elu": torch.nn.ELU, "gelu": torch.nn.GELU, "silu": torch.nn.SiLU}
noises = {"normal": NormalActionNoise, "ornstein-uhlenbeck": OrnsteinUhlenbeckActionNoise}


class Masked(gymnasium.ObservationWrapper):
    """Multiplies some numbers of the observation by 0, as the zoo's wrapper does."""

    def __init__(self, environment, hidden):
        super().__init__(environment)
        self.mask = np.ones(environment.observation_space.shape, dtype=environment.observation_space.dtype)
        self.mask[hidden] = 0

    def observation(self, observation):
        return observation * self.mask


def make_environments(row, count, seed):
    name, hidden = environments[row["problem"]]
    return make_vec_env(name, count, seed, wrapper_class=(lambda inner: Masked(inner, hidden)) if hidden else None)


def falling(value, anneal):
    """A number, or one that falls linearly to 0."""
    return (lambda remaining: remaining * value) if anneal else value


def on_policy(params):
    """What PPO, A2C and recurrent PPO have in common."""
    return {
        "n_steps": params["nSteps"],
        "gamma": params["gamma"],
        "gae_lambda": params["gaeLambda"],
        "ent_coef": params["entropyCoef"],
        "vf_coef": params["valueCoef"],
        "max_grad_norm": params["maxGradNorm"],
        "learning_rate": falling(params["learningRate"], params["annealLearningRate"]),
        "use_sde": params["useSde"],
        "sde_sample_freq": params["sdeSampleFreq"] or -1,
        "policy_kwargs": {
            "net_arch": params["hidden"],
            "activation_fn": activations[params["activation"]],
            "ortho_init": params["orthogonalInit"],
            "log_std_init": params["logStdInit"],
        },
    }


def proximal(params):
    return on_policy(params) | {
        "batch_size": params["batchSize"],
        "n_epochs": params["epochs"],
        "clip_range": falling(params["clipCoef"], params["annealClipCoef"]),
        "clip_range_vf": params["clipRangeVf"],
        "target_kl": params["targetKl"],
    }


def off_policy(params, action_size):
    given = {
        "learning_rate": params["learningRate"],
        "buffer_size": params["bufferSize"],
        "learning_starts": params["learningStarts"],
        "batch_size": params["batchSize"],
        "tau": params["tau"],
        "gamma": params["gamma"],
        "train_freq": params["trainFreq"],
        "gradient_steps": params["gradientSteps"],
        "policy_kwargs": {"net_arch": params["hidden"]},
    }
    if params["actionNoise"] != "none":
        given["action_noise"] = noises[params["actionNoise"]](np.zeros(action_size), np.full(action_size, params["actionNoiseStd"]))
    return given


def make_agent(row, environment, seed):
    """The agent of a row; parameters that have no counterpart here are refused, not passed over."""
    params = row["params"]
    common = {"env": environment, "seed": seed, "device": "cpu"}
    if row["algorithm"] == "a2c":
        optimizer = {"alpha": params["rmspropAlpha"], "eps": params["rmspropEpsilon"], "weight_decay": 0}
        given = on_policy(params) | {"normalize_advantage": params["normaliseAdvantages"], "use_rms_prop": False}
        given["policy_kwargs"] |= {"optimizer_class": torch.optim.RMSprop, "optimizer_kwargs": optimizer}
        assert not params["rmspropTfLike"] and not params["sharedBody"]
        return A2C("MlpPolicy", **given, **common)
    if row["algorithm"] == "ppo":
        assert params["preset"] == "sb3" and not params["sharedBody"]
        return PPO("MlpPolicy", **proximal(params), **common)
    if row["algorithm"] == "recurrent-ppo":
        assert params["memory"] == "lstm" and not params["sharedMemory"] and params["sequenceLength"] is None
        given = proximal(params)
        critic = params["hidden"] if params["criticHidden"] is None else params["criticHidden"]
        given["policy_kwargs"] |= {"net_arch": {"pi": params["hidden"], "vf": critic}, "lstm_hidden_size": params["memorySize"]}
        return RecurrentPPO("MlpLstmPolicy", **given, **common)
    given = off_policy(params, environment.action_space.shape[0])
    if row["algorithm"] != "sac":
        return {"td3": TD3, "ddpg": DDPG}[row["algorithm"]]("MlpPolicy", **given, **common)
    given |= {"ent_coef": params["entropyCoef"], "use_sde": params["useSde"], "sde_sample_freq": params["sdeSampleFreq"] or -1}
    if params["useSde"]:
        given["policy_kwargs"]["log_std_init"] = params["logStdInit"]
    return SAC("MlpPolicy", **given, **common)


def train(row, seed, episodes):
    """The mean return of episodes without dice after training."""
    params = row["params"]
    normalises = {"norm_obs": params.get("normaliseObservations", False), "norm_reward": params.get("normaliseRewards", False)}
    environment = make_environments(row, row["environments"], seed)
    if any(normalises.values()):
        environment = VecNormalize(environment, gamma=params["gamma"], **normalises)
    agent = make_agent(row, environment, seed).learn(row["totalSteps"])
    judge = make_environments(row, 10, 1_000_000 + seed)
    if isinstance(environment, VecNormalize):
        judge = VecNormalize(judge, training=False, norm_reward=False, norm_obs=normalises["norm_obs"])
        judge.obs_rms = getattr(environment, "obs_rms", None)
    return float(evaluate_policy(agent, judge, episodes, deterministic=True)[0])


arguments = parser.parse_args()
given = json.load(sys.stdin)
for each in arguments.seeds:
    print(json.dumps({"seed": each, "meanReturn": train(given, each, arguments.episodes)}), flush=True)
