"""Steps LunarLander-v3 of Gymnasium with random actions and tells how fast.

Reads lines of JSON. {"ask": "versions"} is answered by {"python", "gymnasium", "numpy"}; {"ask": "speed", "count",
"seconds"} by {"stepsPerSecond"}, of one environment or of a synchronous vector of them.
"""

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
    return environment.step


def single():
    environment = gymnasium.make("LunarLander-v3")
    environment.reset(seed=0)

    def step(action):
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()

    return step


steps = {}


def speed(count, seconds):
    step = steps.setdefault(count, None) or (single() if count == 1 else vector(count))
    steps[count] = step
    shape = (1000,) if count == 1 else (1000, count)
    actions = numpy.random.default_rng(0).integers(0, 4, shape)
    done = 0
    begin = time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds:
        for _ in range(10):
            step(actions[done % 1000])
            done += 1
    return {"stepsPerSecond": done * count / elapsed}


def versions():
    return {
        "python": platform.python_version(),
        "gymnasium": gymnasium.__version__,
        "numpy": numpy.__version__,
    }


for line in sys.stdin:
    question = json.loads(line)
    answer = versions() if question["ask"] == "versions" else speed(question["count"], question["seconds"])
    print(json.dumps(answer), flush=True)
