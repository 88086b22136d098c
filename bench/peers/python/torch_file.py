"""One readable file of PyTorch in the manner of CleanRL: PPO, SAC and TD3, no framework between the equations and the tensors."""

import measure

job = measure.arguments()

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from environments import environments

torch.set_num_threads(1)
torch.manual_seed(1)
environment = environments[job["environment"]](job.get("environments", 1))
observed = environment.observation_size
gamma = 0.99


def network(inputs, outputs, activation=nn.ReLU):
    sizes = [inputs, *job["hidden"]]
    layers = [layer for pair in zip(sizes, sizes[1:]) for layer in (nn.Linear(*pair), activation())]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs))


def orthogonal(body, last_gain):
    linears = [layer for layer in body if isinstance(layer, nn.Linear)]
    for layer in linears:
        nn.init.orthogonal_(layer.weight, last_gain if layer is linears[-1] else 2**0.5)
        nn.init.zeros_(layer.bias)
    return body


class PPO:
    """Proximal policy optimization: clipped objective, advantages by GAE, a truncated episode bootstraps its final value."""

    def __init__(self):
        activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[job["activation"]]
        self.actor = orthogonal(network(observed, environment.choices or 1, activation), 0.01)
        self.critic = orthogonal(network(observed, 1, activation), 1.0)
        self.log_std = nn.Parameter(torch.zeros(1))
        self.parameters = [*self.actor.parameters(), *self.critic.parameters(), self.log_std]
        self.optimizer = torch.optim.Adam(self.parameters, lr=3e-4, eps=1e-5)
        self.observation = torch.from_numpy(environment.reset())
        rows = (job["steps"], environment.count)
        self.observations = torch.zeros(*rows, observed)
        self.actions = torch.zeros(*rows)
        self.log_probs, self.values, self.rewards, self.going_on = (torch.zeros(*rows) for _ in range(4))

    def policy(self, observations):
        output = self.actor(observations)
        if environment.choices:
            return torch.distributions.Categorical(logits=output, validate_args=False)
        return torch.distributions.Normal(output.squeeze(-1), self.log_std.exp(), validate_args=False)

    @torch.no_grad()
    def collect(self):
        for step in range(job["steps"]):
            policy = self.policy(self.observation)
            action = policy.sample()
            self.observations[step] = self.observation
            self.actions[step] = action
            self.log_probs[step] = policy.log_prob(action)
            self.values[step] = self.critic(self.observation).squeeze(-1)
            observation, rewards, truncated, final = environment.step(action.numpy())
            self.rewards[step] = torch.from_numpy(rewards)
            if truncated:
                self.rewards[step] += gamma * self.critic(torch.from_numpy(final)).squeeze(-1)
            self.going_on[step] = 0.0 if truncated else 1.0
            self.observation = torch.from_numpy(observation)

    @torch.no_grad()
    def advantages(self, trace=0.95):
        advantages = torch.zeros_like(self.rewards)
        next_value, running = self.critic(self.observation).squeeze(-1), torch.zeros(environment.count)
        for step in reversed(range(job["steps"])):
            error = self.rewards[step] + gamma * next_value * self.going_on[step] - self.values[step]
            running = error + gamma * trace * self.going_on[step] * running
            advantages[step], next_value = running, self.values[step]
        return advantages

    def update(self, observations, actions, log_probs, advantages, targets):
        policy = self.policy(observations)
        ratio = (policy.log_prob(actions) - log_probs).exp()
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        objective = torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
        loss = 0.5 * functional.mse_loss(self.critic(observations).squeeze(-1), targets) - objective
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 0.5)
        self.optimizer.step()

    def round(self):
        self.collect()
        advantages = self.advantages()
        columns = self.observations, self.actions, self.log_probs, advantages, advantages + self.values
        flat = [column.flatten(0, 1) for column in columns]
        for _ in range(job["epochs"]):
            for rows in torch.randperm(self.actions.numel()).split(job["batchSize"]):
                self.update(*(column[rows] for column in flat))


class OffPolicy:
    """What SAC and TD3 share: replay memory, twin critics with targets, one update a step. Actions are kept within ±1."""

    def __init__(self):
        self.critics = nn.ModuleList([network(observed + 1, 1) for _ in range(2)])
        self.target_critics = copy.deepcopy(self.critics).requires_grad_(False)
        self.critic_optimizer = torch.optim.Adam(self.critics.parameters(), lr=1e-3)
        self.memory = torch.zeros(1 << 17, 2 * observed + 2)
        self.stored = 0
        self.observation = environment.reset()

    def step(self):
        action = self.act(torch.from_numpy(self.observation)) if self.stored > 100 else torch.rand(1, 1) * 2 - 1
        observation, rewards, _truncated, final = environment.step(action.numpy() * environment.bound)
        row = np.concatenate([self.observation[0], action.numpy()[0], rewards, final[0]])  # Only truncated, so nothing is terminal.
        self.memory[self.stored % len(self.memory)] = torch.from_numpy(row)
        self.stored += 1
        self.observation = observation

    def sample(self):
        rows = self.memory[torch.randint(min(self.stored, len(self.memory)), (job["batchSize"],))]
        return rows.split([observed, 1, 1, observed], dim=1)

    def value(self, critics, observation, action):
        joined = torch.cat([observation, action], dim=1)
        return [critic(joined) for critic in critics]

    def critic_step(self, observation, action, target):
        loss = sum(functional.mse_loss(value, target) for value in self.value(self.critics, observation, action))
        self.descend(self.critic_optimizer, loss)

    @staticmethod
    def descend(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    @staticmethod
    @torch.no_grad()
    def follow(target, source):
        torch._foreach_lerp_(list(target.parameters()), list(source.parameters()), 0.005)


class SAC(OffPolicy):
    """Soft actor-critic with a learned temperature and a tanh-squashed Gaussian."""

    def __init__(self):
        super().__init__()
        self.actor = network(observed, 2)
        self.log_temperature = torch.zeros(1, requires_grad=True)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=1e-3)
        self.temperature_optimizer = torch.optim.Adam([self.log_temperature], lr=1e-3)

    def draw(self, observation):
        mean, log_std = self.actor(observation).chunk(2, dim=-1)
        normal = torch.distributions.Normal(mean, log_std.clamp(-20, 2).exp(), validate_args=False)
        raw = normal.rsample()
        action = raw.tanh()
        return action, normal.log_prob(raw) - torch.log(1 - action.square() + 1e-6)

    @torch.no_grad()
    def act(self, observation):
        return self.draw(observation)[0]

    def update(self):
        observation, action, reward, following = self.sample()
        temperature = self.log_temperature.exp().detach()
        with torch.no_grad():
            next_action, next_log_prob = self.draw(following)
            smaller = torch.minimum(*self.value(self.target_critics, following, next_action))
            target = reward + gamma * (smaller - temperature * next_log_prob)
        self.critic_step(observation, action, target)
        drawn, log_prob = self.draw(observation)
        smaller = torch.minimum(*self.value(self.critics, observation, drawn))
        self.descend(self.actor_optimizer, (temperature * log_prob - smaller).mean())
        self.descend(self.temperature_optimizer, -(self.log_temperature * (log_prob.detach() - 1)).mean())
        self.follow(self.target_critics, self.critics)


class TD3(OffPolicy):
    """Twin delayed deterministic policy gradient: the actor and all targets move at every second update."""

    def __init__(self):
        super().__init__()
        self.actor = nn.Sequential(network(observed, 1), nn.Tanh())
        self.target_actor = copy.deepcopy(self.actor).requires_grad_(False)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=1e-3)
        self.updates = 0

    @torch.no_grad()
    def act(self, observation):
        return (self.actor(observation) + 0.1 * torch.randn(1, 1)).clamp(-1, 1)

    def update(self):
        observation, action, reward, following = self.sample()
        with torch.no_grad():
            noise = (0.2 * torch.randn_like(action)).clamp(-0.5, 0.5)
            next_action = (self.target_actor(following) + noise).clamp(-1, 1)
            target = reward + gamma * torch.minimum(*self.value(self.target_critics, following, next_action))
        self.critic_step(observation, action, target)
        self.updates += 1
        if self.updates % 2 == 0:
            values = self.critics[0](torch.cat([observation, self.actor(observation)], dim=1))
            self.descend(self.actor_optimizer, -values.mean())
            self.follow(self.target_critics, self.critics)
            self.follow(self.target_actor, self.actor)


def train(agent, rounds, updates):
    for _ in range(rounds):
        agent.round()
    for _ in range(updates):
        agent.step()
        agent.update()


agent = {"ppo": PPO, "sac": SAC, "td3": TD3}[job["algorithm"]]()
if job["algorithm"] == "ppo":
    agent.round()
else:
    for _ in range(job["batchSize"]):
        agent.step()
    train(agent, 0, 200)
measure.report(job, lambda: train(agent, job.get("rounds", 0), job.get("updates", 0)), f"torch {torch.__version__}, our own file")
