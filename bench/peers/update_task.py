"""The task that everybody does Double-DQN updates on, as bench/peers/update-task.ts writes it, and the conversation
about it.

Reads lines of JSON: {"ask": "versions"}; {"ask": "prepare", "folder", "threads", "mode"}, answered by the losses of
the first updates; {"ask": "speed", "seconds"}, answered by the microseconds per update: of CPU time where there is one
thread, by the wall clock where there are more.
"""

import json
import pathlib
import sys
import time

import numpy


class Task:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        options = json.loads((folder / "options.json").read_text())
        read = lambda name, kind: numpy.fromfile(folder / name, kind)
        self.inputs, self.outputs = options["shape"]["inputs"], options["shape"]["outputs"]
        self.widths = [layer["units"] for layer in options["shape"]["layers"]]
        self.gamma, self.tau, self.learning_rate = options["gamma"], options["tau"], options["learningRate"]
        self.betas, self.epsilon = (options["adam"]["beta1"], options["adam"]["beta2"]), options["adam"]["epsilon"]
        self.compared_updates = options["comparedUpdates"]
        self.observations = read("observations", numpy.float32).reshape(-1, self.inputs)
        self.next_observations = read("nextObservations", numpy.float32).reshape(-1, self.inputs)
        self.actions = read("actions", numpy.int32).astype(numpy.int64)
        self.rewards = read("rewards", numpy.float32)
        self.terminated = read("terminated", numpy.uint8)
        self.batches = read("indices", numpy.int32).astype(numpy.int64).reshape(-1, options["batchSize"])
        self._parameters = read("parameters", numpy.float32)

    def layers(self):
        """Weights [out, in] and biases [out] of every layer."""
        at, rows = 0, []
        for fan_in, fan_out in zip([self.inputs, *self.widths], [*self.widths, self.outputs]):
            weights = self._parameters[at : at + fan_out * fan_in].reshape(fan_out, fan_in)
            at += weights.size
            rows.append((weights.copy(), self._parameters[at : at + fan_out].copy()))
            at += fan_out
        return rows


def microseconds(update, count, clock, seconds):
    done, end, begin = 0, time.perf_counter() + seconds, clock()
    while time.perf_counter() < end:
        update(done % count)
        done += 1
    return 1e6 * (clock() - begin) / done


def converse(versions, prepare):
    """prepare(task, threads, mode) returns update(i), one update on minibatch i that returns the loss."""
    update = task = clock = None
    for line in sys.stdin:
        question = json.loads(line)
        if question["ask"] == "versions":
            answer = versions
        elif question["ask"] == "prepare":
            update = None  # the last one's memory is free before the next one is made
            task = Task(question["folder"])
            update = prepare(task, question["threads"], question["mode"])
            clock = time.process_time if question["threads"] == 1 else time.perf_counter
            answer = {"losses": [float(update(i)) for i in range(task.compared_updates)]}
        else:
            answer = {"microseconds": microseconds(update, len(task.batches), clock, question["seconds"])}
        print(json.dumps(answer), flush=True)
