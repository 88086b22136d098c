"""The environments behind Stable-Baselines3's own VecEnv interface: no Gymnasium wrappers, no monitor, no dictionary that is not needed."""

import numpy as np
from gymnasium import spaces
from stable_baselines3.common.vec_env import VecEnv

from environments import environments


class Direct(VecEnv):
    def __init__(self, job):
        self.inner = environments[job["environment"]](job.get("environments", 1))
        observed = spaces.Box(-np.inf, np.inf, (self.inner.observation_size,), np.float32)
        bound = None if self.inner.choices else self.inner.bound
        acted = spaces.Discrete(self.inner.choices) if self.inner.choices else spaces.Box(-bound, bound, (1,), np.float32)
        super().__init__(self.inner.count, observed, acted)
        self.quiet = ([{}] * self.num_envs, np.zeros(self.num_envs, dtype=bool))

    def reset(self):
        return self.inner.reset()

    def step_async(self, actions):
        self.actions = actions

    def step_wait(self):
        observations, rewards, truncated, final = self.inner.step(self.actions)
        infos, dones = self.quiet
        if truncated:
            infos = [{"TimeLimit.truncated": True, "terminal_observation": row} for row in final]
            dones = ~dones
        return observations, rewards, dones, infos

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [getattr(self.inner, attr_name, None)] * self.num_envs

    def set_attr(self, attr_name, value, indices=None):
        raise NotImplementedError("these environments have nothing to set")

    def env_method(self, method_name, *args, indices=None, **kwargs):
        raise NotImplementedError("these environments have no further methods")

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs
