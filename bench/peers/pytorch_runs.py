"""Trainings by a single-file DQN in PyTorch, after CleanRL's design: one loop, no framework, the environments stepped
by Gymnasium's synchronous vector; with Double DQN's target, and the learner of pytorch_double_dqn.py.
"""

import platform

import gymnasium
import numpy
import torch

from pytorch_double_dqn import DoubleDqn, Replay, network
from training_task import ENVIRONMENT, converse, updates_per_vector_step

torch.set_num_threads(1)


def make_environments(count):
    mode = gymnasium.vector.AutoresetMode.SAME_STEP
    return gymnasium.make_vec(
        ENVIRONMENT, count, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}
    )


def epsilon_at(done, settings):
    first, last = settings["explorationInitialEps"], settings["explorationFinalEps"]
    return max(last, first + done / settings["explorationFraction"] * (last - first))


def choose(online, observations, epsilon, action_count, random):
    with torch.no_grad():
        actions = online(torch.from_numpy(observations)).argmax(dim=1).numpy()
    explores = random.random(len(actions)) < epsilon
    actions[explores] = random.integers(0, action_count, explores.sum())
    return actions


def store(replay, rows, observations, following, actions, rewards, discounts):
    replay.observations[rows] = torch.from_numpy(observations)
    replay.following[rows] = torch.from_numpy(following)
    replay.actions[rows] = torch.from_numpy(actions)
    replay.rewards[rows] = torch.from_numpy(rewards.astype(numpy.float32))
    replay.discounts[rows] = torch.from_numpy(discounts.astype(numpy.float32))


def what_followed(observations, infos):
    if "final_obs" not in infos:
        return observations
    following = observations.copy()
    for i in numpy.flatnonzero(infos["_final_obs"]):
        following[i] = infos["final_obs"][i]
    return following


def train(count, seed, steps, widths, settings):
    torch.manual_seed(seed)
    random = numpy.random.default_rng(seed)
    size, capacity = settings["environments"], settings["bufferSize"]
    environments = make_environments(size)
    inputs, action_count = environments.single_observation_space.shape[0], environments.single_action_space.n
    replay = Replay(capacity, inputs)
    learner = DoubleDqn(
        network([inputs, *widths, action_count]),
        replay,
        batch_size=settings["batchSize"],
        learning_rate=settings["learningRate"],
        tau=settings["tau"],
    )
    is_linear = settings["learningRateSchedule"] == "linear"
    due, updates, step, returns, finished = updates_per_vector_step(settings), 0, 0, numpy.zeros(size), []
    observations, _ = environments.reset(seed=seed)
    while count.goes_on(step, finished):
        actions = choose(learner.online, observations, epsilon_at(step / steps, settings), action_count, random)
        next_observations, rewards, terminated, truncated, infos = environments.step(actions)
        rows = torch.arange(step, step + size) % capacity
        following = what_followed(next_observations, infos)
        store(replay, rows, observations, following, actions, rewards, settings["gamma"] * ~terminated)
        observations, step = next_observations, step + size
        returns += rewards
        ended = terminated | truncated
        finished = returns[ended].tolist()
        returns[ended] = 0
        if step > settings["learningStarts"]:
            if is_linear:
                learner.optimizer.param_groups[0]["lr"] = settings["learningRate"] * (1 - step / steps)
            for _ in range(due):
                learner.update(torch.randint(min(step, capacity), (settings["batchSize"],)))
            updates += due
    return updates


converse(
    {
        "python": platform.python_version(),
        "gymnasium": gymnasium.__version__,
        "torch": torch.__version__,
    },
    train,
)
