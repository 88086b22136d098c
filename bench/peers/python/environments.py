"""The two environments of the jobs, as lean as Python allows: the learner is what is measured."""

import math

import numpy as np


class Lean:
    """Noise that the action moves a little: 64 numbers observed, 3 choices, all truncated every 500 steps. As in bench/ppo.ts."""

    observation_size = 64
    choices = 3

    def __init__(self, count):
        self.count = count
        self.noise = np.random.default_rng(7).standard_normal(1 << 16, dtype=np.float32)
        self.cursor = 0
        self.age = 0
        self.observation = self.reset()

    def reset(self):
        """A view of the noise, [count, 64]: nothing is copied."""
        size = self.count * self.observation_size
        self.cursor = (self.cursor + size + 1) % (self.noise.size - size)
        self.observation = self.noise[self.cursor : self.cursor + size].reshape(self.count, self.observation_size)
        return self.observation

    def step(self, actions):
        """Observation after any reset, rewards, whether all were truncated, and the final observation where they were."""
        rewards = (actions - 1).astype(np.float32) * self.observation[:, 0]
        self.age += 1
        observation = self.reset()
        return observation, rewards, self.age % 500 == 0, observation


class Pendulum:
    """Gymnasium's Pendulum-v1: torque within 2, truncated every 200 steps. Plain floats are faster than arrays of four."""

    observation_size = 3
    choices = None
    bound = 2.0

    def __init__(self, count):
        self.count = count
        self.random = np.random.default_rng(7)
        self.reset()

    def reset(self):
        """Cosine, sine and speed, [count, 3], of new random states."""
        self.age = 0
        self.angles = self.random.uniform(-math.pi, math.pi, self.count).tolist()
        self.speeds = self.random.uniform(-1, 1, self.count).tolist()
        return self.observe()

    def observe(self):
        rows = [(math.cos(angle), math.sin(angle), speed) for angle, speed in zip(self.angles, self.speeds)]
        return np.array(rows, dtype=np.float32)

    def step(self, actions):
        """Observation after any reset, rewards, whether all were truncated, and the final observation where they were."""
        costs = []
        for index, torque in enumerate(actions.ravel().tolist()):
            torque = min(max(torque, -2.0), 2.0)
            angle, speed = self.angles[index], self.speeds[index]
            wrapped = (angle + math.pi) % (2 * math.pi) - math.pi
            costs.append(-(wrapped**2 + 0.1 * speed**2 + 0.001 * torque**2))
            speed = min(max(speed + (15 * math.sin(angle) + 3 * torque) * 0.05, -8.0), 8.0)
            self.angles[index] = angle + speed * 0.05
            self.speeds[index] = speed
        self.age += 1
        final = self.observe()
        truncated = self.age == 200
        return self.reset() if truncated else final, np.array(costs, dtype=np.float32), truncated, final


environments = {"lean": Lean, "pendulum": Pendulum}
