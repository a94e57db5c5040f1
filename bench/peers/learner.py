"""What a learner in Python is given and what it prints: python SCRIPT NODE WORLDS SEED SECONDS wall|processor."""

import json
import sys
import time

import torch

from levels import Levels

# As in bench/peers/learning.ts.
settings = {
    "hidden": [64, 64],
    "steps": 32,
    "minibatch": 4096,
    "epochs": 4,
    "learning_rate": 1e-3,
    "discount": 0.99,
    "gae_lambda": 0.95,
    "clip": 0.2,
    "value": 0.5,
    "entropy": 0.01,
    "gradient_norm": 0.5,
    "observation_clip": 10.0,
    "reward_clip": 10.0,
}


class Clock:
    """Wall time, and processor time on both ends of the pipe, from when it was made; over once the one that counts has passed."""

    def __init__(self, levels, seconds, kind):
        self._levels = levels
        self._limit = seconds
        self._kind = kind
        self._processor = self._processor_seconds()
        self._start = time.perf_counter()

    @property
    def is_over(self):
        reading = self.read()
        return reading["seconds" if self._kind == "wall" else "processorSeconds"] >= self._limit

    def read(self):
        return {
            "seconds": time.perf_counter() - self._start,
            "processorSeconds": self._processor_seconds() - self._processor,
        }

    def _processor_seconds(self):
        return time.process_time() + self._levels.processor_seconds()


def run(train):
    """`train(levels, clock_of)` returns steps, the clock's reading, and a function from what is seen to actions."""
    node, count, seed, seconds = sys.argv[1], *(int(one) for one in sys.argv[2:5])
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    levels = Levels(node, count, seed)
    steps, reading, act = train(levels, lambda: Clock(levels, seconds, sys.argv[5]))
    print(json.dumps({"steps": steps, **reading, "cost": levels.score(act(levels.exam()))}))
    levels.close()
