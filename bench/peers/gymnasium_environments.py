"""Steps LunarLander-v3 of Gymnasium with random actions and tells how fast.

Reads lines of JSON. {"ask": "versions"} is answered by {"python", "gymnasium", "box2d", "numpy"}; {"ask": "prepare",
"count"} by {"way"}: what steps so many environments, a plain loop over the one of gymnasium.make or SyncVectorEnv;
{"ask": "speed", "count", "seconds"} by {"stepsPerSecond"} of processor time.
"""

import importlib.metadata
import json
import platform
import sys
import time

import gymnasium
import numpy


def vector(count):
    mode = gymnasium.vector.AutoresetMode.SAME_STEP
    environment = gymnasium.make_vec(
        "LunarLander-v3", count, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}
    )
    environment.reset(seed=list(range(count)))
    return environment.step, type(environment).__name__


def single():
    environment = gymnasium.make("LunarLander-v3")
    environment.reset(seed=0)

    def step(action):
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()

    return step, "gymnasium.make in a loop"


steps = {}


def prepare(count):
    steps[count], way = single() if count == 1 else vector(count)
    return {"way": way}


def speed(count, seconds):
    step = steps[count]
    shape = (1000,) if count == 1 else (1000, count)
    actions = numpy.random.default_rng(0).integers(0, 4, shape)
    done = 0
    end = time.perf_counter() + seconds
    begin = time.process_time()
    while time.perf_counter() < end:
        for _ in range(10):
            step(actions[done % 1000])
            done += 1
    return {"stepsPerSecond": done * count / (time.process_time() - begin)}


def versions():
    return {
        "python": platform.python_version(),
        "gymnasium": gymnasium.__version__,
        "box2d": importlib.metadata.version("box2d"),
        "numpy": numpy.__version__,
    }


def answer(question):
    if question["ask"] == "versions":
        return versions()
    if question["ask"] == "prepare":
        return prepare(question["count"])
    return speed(question["count"], question["seconds"])


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
