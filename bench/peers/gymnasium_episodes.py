"""Plays given actions in LunarLander-v3 of Gymnasium and tells every bit of what came of them.

Reads lines of JSON: {"seed", "keywords", "episodes": [base64 of the actions of an episode, …]}. The first episode
begins with the seed, the others with reset() alone. Answers with a list, for every episode base64 of the reset
observation (8 float32) and of every step's observation, reward (float64), terminated and truncated (a byte each).
{"ask": "versions"} is answered by {"python", "gymnasium", "numpy"}.
"""

import base64
import json
import platform
import struct
import sys

import gymnasium
import numpy


def actions_of(text, continuous):
    numbers = base64.b64decode(text)
    if continuous:
        return numpy.frombuffer(numbers, numpy.float32).reshape(-1, 2)
    return numpy.frombuffer(numbers, numpy.int32)


def play(environment, seed, actions):
    observation, _ = environment.reset(seed=seed)
    seen = [observation.tobytes()]
    for action in actions:
        observation, reward, terminated, truncated, _ = environment.step(action)
        seen.append(observation.tobytes() + struct.pack("<dBB", reward, terminated, truncated))
    return base64.b64encode(b"".join(seen)).decode()


def answer(question):
    if "ask" in question:
        return {
            "python": platform.python_version(),
            "gymnasium": gymnasium.__version__,
            "numpy": numpy.__version__,
        }
    environment = gymnasium.make("LunarLander-v3", **question["keywords"])
    continuous = question["keywords"]["continuous"]
    seeds = [question["seed"]] + [None] * (len(question["episodes"]) - 1)
    episodes = [actions_of(text, continuous) for text in question["episodes"]]
    return [play(environment, seed, actions) for seed, actions in zip(seeds, episodes)]


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
