"""A Double-DQN learner in PyTorch: the code of someone who minds speed. Tensors are made once, minibatches are
gathered by index_select into the same memory, targets are computed without a graph, Adam is PyTorch's fused one and
the soft target update is one call for all parameters.

Compiled, the loss (gather, three forward passes, Huber; and with it the backward pass) goes through torch.compile;
optimiser and target update stay as they are, for the fused ones are faster than what is compiled of the others.

Threads wait passively: spinning, two of them take a hundred times as long as soon as anything else wants a core.
"""

import copy
import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import nn
from torch.nn import functional


def network(widths):
    """Linear layers with relu between them; the first width is the inputs', the last one the outputs'."""
    modules = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        modules += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class Replay:
    """Transitions side by side; discounts are gamma, or 0 where nothing follows."""

    def __init__(self, capacity, inputs):
        self.observations, self.following = torch.zeros(capacity, inputs), torch.zeros(capacity, inputs)
        self.actions = torch.zeros(capacity, dtype=torch.int64)
        self.rewards, self.discounts = torch.zeros(capacity), torch.zeros(capacity)


class DoubleDqn:
    def __init__(self, online, replay, batch_size, learning_rate, tau, compiled=False, **adam):
        self.online, self._replay, self._tau = online, replay, tau
        self._target = copy.deepcopy(online).requires_grad_(False)
        self._parameters, self._target_parameters = list(online.parameters()), list(self._target.parameters())
        self.optimizer = torch.optim.Adam(self._parameters, lr=learning_rate, fused=True, **adam)
        inputs = replay.observations.shape[1]
        self._state, self._following = torch.empty(batch_size, inputs), torch.empty(batch_size, inputs)
        if compiled:
            torch.compiler.reset()
        self._loss_at = torch.compile(self._indexed_loss, dynamic=False) if compiled else self._gathered_loss

    def _loss(self, state, following, batch):
        actions, rewards, discounts = (
            array[batch] for array in (self._replay.actions, self._replay.rewards, self._replay.discounts)
        )
        with torch.no_grad():
            best = self.online(following).argmax(dim=1, keepdim=True)
            wanted = torch.addcmul(rewards, discounts, self._target(following).gather(1, best).squeeze(1))
        values = self.online(state).gather(1, actions.unsqueeze(1)).squeeze(1)
        return functional.smooth_l1_loss(values, wanted)

    def _gathered_loss(self, batch):
        torch.index_select(self._replay.observations, 0, batch, out=self._state)
        torch.index_select(self._replay.following, 0, batch, out=self._following)
        return self._loss(self._state, self._following, batch)

    def _indexed_loss(self, batch):
        return self._loss(self._replay.observations[batch], self._replay.following[batch], batch)

    def update(self, batch):
        """One update on the transitions at the indices. Returns the loss, a tensor."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss_at(batch)
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._target_parameters, self._parameters, self._tau)
        return loss.detach()
