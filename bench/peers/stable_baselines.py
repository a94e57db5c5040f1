"""PPO of Stable-Baselines3 in levels: see learner.py."""

import gymnasium
import numpy
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from learner import run, settings


class LevelEnvironments(VecEnv):
    def __init__(self, levels):
        space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (levels.features,), numpy.float32)
        self._levels = levels
        self._actions = None
        super().__init__(levels.count, space, gymnasium.spaces.Discrete(2))

    def reset(self):
        return self._levels.seen

    def step_async(self, actions):
        self._actions = actions

    def step_wait(self):
        rewards, truncated, finals = self._levels.step(self._actions)
        told = [{} for _ in range(self.num_envs)]
        for row, world in enumerate(numpy.flatnonzero(truncated)):
            told[world] = {"TimeLimit.truncated": True, "terminal_observation": finals[row]}
        return self._levels.seen, rewards, truncated, told

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [None] * self.num_envs

    def set_attr(self, attr_name, value, indices=None):
        raise NotImplementedError

    def env_method(self, method_name, *method_args, indices=None, **method_kwargs):
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs


class UntilOver(BaseCallback):
    """Ends between two iterations: steps that nothing was learnt from do not count."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self.steps, self.reading = 0, None

    def _on_rollout_start(self):
        if self._clock.is_over:
            self.steps, self.reading = self.num_timesteps, self._clock.read()

    def _on_step(self):
        return self.reading is None


def train(levels, clock_of):
    environments = VecNormalize(
        LevelEnvironments(levels),
        clip_obs=settings["observation_clip"],
        clip_reward=settings["reward_clip"],
        gamma=settings["discount"],
    )
    model = PPO(
        "MlpPolicy",
        environments,
        n_steps=settings["steps"],
        batch_size=settings["minibatch"],
        n_epochs=settings["epochs"],
        learning_rate=settings["learning_rate"],
        gamma=settings["discount"],
        gae_lambda=settings["gae_lambda"],
        clip_range=settings["clip"],
        vf_coef=settings["value"],
        ent_coef=settings["entropy"],
        max_grad_norm=settings["gradient_norm"],
        policy_kwargs={"net_arch": settings["hidden"], "activation_fn": torch.nn.Tanh},
        device="cpu",
    )
    until = UntilOver(clock_of())
    model.learn(total_timesteps=10**12, callback=until)

    def act(seen):
        return model.predict(environments.normalize_obs(seen), deterministic=True)[0]

    return until.steps, until.reading, act


run(train)
