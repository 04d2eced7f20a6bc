"""Double-DQN updates by PyTorch, eager or compiled (pytorch_double_dqn.py)."""

import platform

from pytorch_double_dqn import DoubleDqn, Replay, network
from update_task import converse

import torch


def prepare(task, threads, mode):
    torch.set_num_threads(threads)
    online = network([task.inputs, *task.widths, task.outputs])
    arrays = [array for pair in task.layers() for array in pair]
    with torch.no_grad():
        for parameter, array in zip(online.parameters(), arrays):
            parameter.copy_(torch.from_numpy(array))
    replay = Replay(len(task.rewards), task.inputs)
    replay.observations, replay.following = map(torch.from_numpy, (task.observations, task.next_observations))
    replay.actions, replay.rewards = map(torch.from_numpy, (task.actions, task.rewards))
    replay.discounts = task.gamma * (1 - torch.from_numpy(task.terminated).float())
    batches = list(torch.from_numpy(task.batches))
    learner = DoubleDqn(
        online,
        replay,
        batch_size=len(batches[0]),
        learning_rate=task.learning_rate,
        tau=task.tau,
        compiled=mode == "compiled",
        betas=task.betas,
        eps=task.epsilon,
    )
    return lambda i: learner.update(batches[i])


converse({"python": platform.python_version(), "torch": torch.__version__}, prepare)
