"""PPO in one file, as CleanRL writes it: own code, since its package wants an older Python. See learner.py."""

import numpy
import torch
from torch import nn

from learner import run, settings


class RunningScale:
    """Mean and deviation of all that was seen so far, merged batch by batch."""

    def __init__(self, shape):
        self.count, self.mean, self.squares = 1e-4, numpy.zeros(shape), numpy.zeros(shape)

    def take(self, batch):
        count, mean = len(batch), batch.mean(0)
        total, shift = self.count + count, mean - self.mean
        self.squares = self.squares + ((batch - mean) ** 2).sum(0) + shift**2 * self.count * count / total
        self.mean, self.count = self.mean + shift * count / total, total

    @property
    def deviation(self):
        return numpy.sqrt(self.squares / self.count + 1e-8)


def stack(inputs, outputs, gain):
    layers = []
    for width in settings["hidden"]:
        layers += [orthogonal(inputs, width, 2**0.5), nn.Tanh()]
        inputs = width
    return nn.Sequential(*layers, orthogonal(inputs, outputs, gain))


def orthogonal(inputs, outputs, gain):
    layer = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer


def train(levels, clock_of):
    worlds, steps = levels.count, settings["steps"]
    discount, limit = settings["discount"], settings["observation_clip"]
    actor, critic = stack(levels.features, 2, 0.01), stack(levels.features, 1, 1.0)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(parameters, settings["learning_rate"], eps=1e-5)
    scale, return_scale, discounted = RunningScale(levels.features), RunningScale(()), numpy.zeros(worlds)

    def normal(seen):
        return torch.from_numpy(((seen - scale.mean) / scale.deviation).clip(-limit, limit).astype(numpy.float32))

    clock = clock_of()
    done = 0
    while not clock.is_over:
        seen = torch.empty(steps, worlds, levels.features)
        actions = torch.empty(steps, worlds, dtype=torch.int64)
        logs, values, rewards, finals = (torch.zeros(steps, worlds) for _ in range(4))
        cuts = torch.zeros(steps, worlds, dtype=torch.bool)
        with torch.no_grad():
            for step in range(steps):
                scale.take(levels.seen)
                seen[step] = normal(levels.seen)
                policy = torch.distributions.Categorical(logits=actor(seen[step]))
                actions[step] = policy.sample()
                logs[step] = policy.log_prob(actions[step])
                values[step] = critic(seen[step]).squeeze(1)
                reward, truncated, final = levels.step(actions[step].numpy())
                discounted = discounted * discount + reward
                return_scale.take(discounted)
                discounted[truncated] = 0
                bound = settings["reward_clip"]
                rewards[step] = torch.from_numpy((reward / return_scale.deviation).clip(-bound, bound))
                cuts[step] = torch.from_numpy(truncated)
                if len(final):
                    finals[step, cuts[step]] = critic(normal(final)).squeeze(1)
            following, advantage = critic(normal(levels.seen)).squeeze(1), torch.zeros(worlds)
            advantages = torch.empty(steps, worlds)
            for step in reversed(range(steps)):
                onward = torch.where(cuts[step], finals[step], following)
                delta = rewards[step] + discount * onward - values[step]
                advantage = delta + discount * settings["gae_lambda"] * torch.where(cuts[step], 0.0, advantage)
                advantages[step], following = advantage, values[step]
            returns = (advantages + values).flatten()
        flat = [one.flatten(0, 1) for one in (seen, actions, logs, advantages)]
        for _ in range(settings["epochs"]):
            for rows in torch.randperm(steps * worlds).split(settings["minibatch"]):
                inputs, taken, old, gains = (one[rows] for one in flat)
                policy = torch.distributions.Categorical(logits=actor(inputs))
                ratio = (policy.log_prob(taken) - old).exp()
                gains = (gains - gains.mean()) / (gains.std() + 1e-8)
                clipped = ratio.clamp(1 - settings["clip"], 1 + settings["clip"])
                loss = -torch.min(ratio * gains, clipped * gains).mean()
                loss = loss + settings["value"] * 0.5 * (critic(inputs).squeeze(1) - returns[rows]).square().mean()
                loss = loss - settings["entropy"] * policy.entropy().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(parameters, settings["gradient_norm"])
                optimizer.step()
        done += steps * worlds

    def act(rows):
        with torch.no_grad():
            return actor(normal(rows)).argmax(1).numpy()

    return done, clock.read(), act


run(train)
