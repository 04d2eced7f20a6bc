"""The conversation about whole trainings on LunarLander-v3, and what all of them keep count of.

Reads lines of JSON: {"ask": "versions"}; {"ask": "train", "seed", "steps", "widths", "settings", "cpuSeconds"}, answered
by what Count.answer says. Settings are our hyperparameters; a training ends when it is solved, after so many
environment steps or after so many CPU seconds.
"""

import collections
import json
import sys
import time

ENVIRONMENT, THRESHOLD, WINDOW = "LunarLander-v3", 200, 100


class Count:
    """Time begins with it."""

    def __init__(self, steps, cpu_seconds):
        self._begin, self._cpu_begin = time.perf_counter(), time.process_time()
        self._steps, self._cpu_seconds = steps, cpu_seconds
        self._returns = collections.deque(maxlen=WINDOW)
        self.step, self._solved = 0, False

    @property
    def cpu_seconds(self):
        return time.process_time() - self._cpu_begin

    def goes_on(self, step, finished_returns):
        """After a vector step: environment steps so far, returns of the episodes that ended in it."""
        self.step = step
        self._returns.extend(finished_returns)
        if len(finished_returns) > 0 and len(self._returns) == WINDOW:
            self._solved = self.average >= THRESHOLD
        return not self._solved and step < self._steps and self.cpu_seconds < self._cpu_seconds

    @property
    def average(self):
        return sum(self._returns) / max(1, len(self._returns))

    def answer(self, updates):
        return {
            "steps": self.step,
            "updates": updates,
            "seconds": time.perf_counter() - self._begin,
            "cpuSeconds": self.cpu_seconds,
            "solved": self._solved,
            "averageReturn": self.average,
        }


def updates_per_vector_step(settings):
    updates = settings["environments"] * settings["gradientSteps"] / settings["trainFrequency"]
    if updates != int(updates):
        raise ValueError(f"{updates} updates per step of all environments; expected a whole number")
    return int(updates)


def converse(versions, train):
    """train(count, seed, steps, widths, settings) returns the number of updates."""
    for line in sys.stdin:
        question = json.loads(line)
        if question["ask"] == "versions":
            answer = versions
        else:
            count = Count(question["steps"], question["cpuSeconds"])
            task = (question[name] for name in ("seed", "steps", "widths", "settings"))
            answer = count.answer(train(count, *task))
        print(json.dumps(answer), flush=True)
