"""One update each of Stable-Baselines3's A2C and PPO and of sb3-contrib's recurrent PPO, with all that goes in and comes out.

Prints JSON for `src/rl/testing/sb3-updates.json`, which a test compares with: `python sb3_updates.py > ../../../src/rl/testing/sb3-updates.json`.
Weights are named and laid out as Tradewind has them, rows are step by step, environments side by side.
"""

import json

import measure  # One thread, before PyTorch is loaded.
import gymnasium
import numpy as np
import torch
from gymnasium.wrappers import TimeLimit
from sb3_contrib import RecurrentPPO
from stable_baselines3 import A2C, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

steps, count, split = 6, 2, 3
common = {"n_steps": steps, "gamma": 0.9, "gae_lambda": 0.8, "ent_coef": 0.01, "vf_coef": 0.4, "use_sde": True, "seed": 5, "device": "cpu"}
kwargs = {"net_arch": [4], "log_std_init": -0.5, "ortho_init": False}
proximal = {"batch_size": steps * count, "n_epochs": 3, "learning_rate": 0.01, "sde_sample_freq": 2}


class Quiet(BaseCallback):
    def _on_step(self):
        return True


def listed(array):
    return [float(f"{number:.9g}") for number in np.asarray(array, dtype=np.float64).flatten()]


def linear(name, layer):
    return {f"{name}/weight": listed(layer.weight.detach().numpy().T), f"{name}/bias": listed(layer.bias.detach().numpy())}


def memory(name, layer):
    """PyTorch's gates are input, forget, candidate, output; ours have the candidate last."""

    def gates(array):
        first, second, candidate, last = np.split(array.detach().numpy(), 4)
        return np.concatenate([first, second, last, candidate]).T

    parts = {"input": layer.weight_ih_l0, "hidden": layer.weight_hh_l0, "bias": layer.bias_ih_l0, "hiddenBias": layer.bias_hh_l0}
    return {f"{name}/{part}": listed(gates(array)) for part, array in parts.items()}


def weights(policy):
    layers = policy.mlp_extractor
    named = {"logDeviation": listed(policy.log_std.detach().numpy())}
    named |= linear("actor/0", layers.policy_net[0]) | linear("actor/1", policy.action_net)
    named |= linear("critic/0", layers.value_net[0]) | linear("critic/1", policy.value_net)
    if hasattr(policy, "lstm_actor"):
        named |= memory("actor/memory", policy.lstm_actor) | memory("critic/memory", policy.lstm_critic)
    return named


def update(make):
    single = lambda: TimeLimit(gymnasium.make("Pendulum-v1").unwrapped, 4)
    environment = VecNormalize(make_vec_env(single, count, 5), gamma=common["gamma"])
    agent = make(environment)
    before = weights(agent.policy)
    _, callback = agent._setup_learn(1000, Quiet())
    buffer = agent.rollout_buffer
    agent.collect_rollouts(environment, callback, buffer, steps)
    columns = {
        "observation": buffer.observations,
        "action": buffer.actions,
        "value": buffer.values,
        "logProb": buffer.log_probs,
        "advantage": buffer.advantages,
        "valueTarget": buffer.returns,
        "reward": buffer.rewards,
        "episodeStart": buffer.episode_starts,
    }
    if hasattr(buffer, "cell_states_pi"):
        parts = [buffer.hidden_states_pi, buffer.cell_states_pi, buffer.hidden_states_vf, buffer.cell_states_vf]
        columns["state"] = np.concatenate([part[:, 0] for part in parts], axis=2)
    given = {name: listed(column) for name, column in columns.items()}
    agent.train()
    return {"columns": given, "before": before, "after": weights(agent.policy)}


np.random.seed(5)
np.random.randint = lambda high: split  # Where recurrent PPO cuts the rows in two.
print(
    json.dumps(
        {
            "a2c": update(lambda environment: A2C("MlpPolicy", environment, policy_kwargs=dict(kwargs), **common)),
            "ppo": update(lambda environment: PPO("MlpPolicy", environment, policy_kwargs=dict(kwargs), **proximal, **common)),
            "recurrent-ppo": update(
                lambda environment: RecurrentPPO(
                    "MlpLstmPolicy", environment, policy_kwargs=kwargs | {"lstm_hidden_size": 3}, **proximal, **common
                )
            ),
        }
    )
)
