"""Double-DQN updates by PyTorch: the code of someone who minds speed. Tensors are made once, minibatches are
gathered by index_select into the same memory, targets are computed without a graph, Adam is PyTorch's fused one and
the soft target update is one call for all parameters.

Mode "compiled" gives the loss (gather, three forward passes, Huber; and with it the backward pass) to torch.compile;
optimiser and target update stay as they are, for the fused ones are faster than what is compiled of the others.
"""

import platform

import torch
from torch import nn
from torch.nn import functional

from update_task import converse


def network(layers):
    modules = []
    for weights, biases in layers:
        linear = nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights))
            linear.bias.copy_(torch.from_numpy(biases))
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def prepare(task, threads, mode):
    torch.set_num_threads(threads)
    online, target = network(task.layers()), network(task.layers()).requires_grad_(False)
    parameters, target_parameters = list(online.parameters()), list(target.parameters())
    optimizer = torch.optim.Adam(
        parameters, lr=task.learning_rate, betas=task.betas, eps=task.epsilon, fused=True
    )
    observations, next_observations = map(torch.from_numpy, (task.observations, task.next_observations))
    actions, rewards = torch.from_numpy(task.actions), torch.from_numpy(task.rewards)
    discounts = task.gamma * (1 - torch.from_numpy(task.terminated).float())
    batches = list(torch.from_numpy(task.batches))
    size = len(batches[0])
    state, following = torch.empty(size, task.inputs), torch.empty(size, task.inputs)

    def loss_of(state, following, action, reward, discount):
        with torch.no_grad():
            best = online(following).argmax(dim=1, keepdim=True)
            wanted = torch.addcmul(reward, discount, target(following).gather(1, best).squeeze(1))
        values = online(state).gather(1, action.unsqueeze(1)).squeeze(1)
        return functional.smooth_l1_loss(values, wanted)

    def gathered_loss(batch):
        torch.index_select(observations, 0, batch, out=state)
        torch.index_select(next_observations, 0, batch, out=following)
        return loss_of(state, following, actions[batch], rewards[batch], discounts[batch])

    def compiled_loss(batch):
        return loss_of(
            observations[batch], next_observations[batch], actions[batch], rewards[batch], discounts[batch]
        )

    torch.compiler.reset()
    loss_at = torch.compile(compiled_loss, dynamic=False) if mode == "compiled" else gathered_loss

    def update(i):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_at(batches[i])
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(target_parameters, parameters, task.tau)
        return loss.detach()

    return update


converse({"python": platform.python_version(), "torch": torch.__version__}, prepare)
