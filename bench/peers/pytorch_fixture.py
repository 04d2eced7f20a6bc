"""Writes test/data/pytorch-double-dqn.json: Double-DQN updates by PyTorch, in double precision, as the truth that
the kernels are checked against.

    python bench/peers/pytorch_fixture.py > test/data/pytorch-double-dqn.json
"""

import json

import torch
from torch import nn

INPUTS, OUTPUTS, BATCH, CAPACITY, UPDATES = 6, 4, 32, 50, 5
GAMMA, TAU, LEARNING_RATE = 0.97, 0.05, 3e-3
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-6
ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


def network(layers):
    modules, width = [], INPUTS
    for units, activation in layers:
        modules += [nn.Linear(width, units), ACTIVATIONS[activation]()]
        width = units
    return nn.Sequential(*modules, nn.Linear(width, OUTPUTS))


def rounded(tensor):
    """Numbers that single precision holds exactly, so that both sides begin with the same ones."""
    return tensor.float().double()


def flat(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).tolist()


def run(layers, loss_name, delta=1.0):
    online, target = network(layers), network(layers)
    for module in (online, target):
        for parameter in module.parameters():
            parameter.data = rounded(parameter.data)
    observations = rounded(torch.randn(CAPACITY, INPUTS))
    next_observations = rounded(torch.randn(CAPACITY, INPUTS))
    rewards = rounded(2 * torch.randn(CAPACITY))
    actions = torch.randint(OUTPUTS, (CAPACITY,))
    terminated = (torch.rand(CAPACITY) < 0.25).double()
    batches = [torch.randint(CAPACITY, (BATCH,)) for _ in range(UPDATES)]
    case = {
        "layers": [{"units": units, "activation": activation} for units, activation in layers],
        "loss": loss_name,
        "huberDelta": delta,
        "parameters": flat(online.parameters()),
        "target": flat(target.parameters()),
        "observations": flat([observations]),
        "nextObservations": flat([next_observations]),
        "rewards": rewards.tolist(),
        "actions": actions.tolist(),
        "terminated": terminated.int().tolist(),
        "indices": [batch.tolist() for batch in batches],
    }
    optimizer = torch.optim.Adam(online.parameters(), lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPSILON)
    criterion = nn.HuberLoss(delta=delta) if loss_name == "huber" else lambda q, y: 0.5 * nn.functional.mse_loss(q, y)
    losses = []
    for batch in batches:
        with torch.no_grad():
            best = online(next_observations[batch]).argmax(dim=1, keepdim=True)
            following = target(next_observations[batch]).gather(1, best).squeeze(1)
            targets = rewards[batch] + GAMMA * (1 - terminated[batch]) * following
        q = online(observations[batch]).gather(1, actions[batch].unsqueeze(1)).squeeze(1)
        loss = criterion(q, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for old, new in zip(target.parameters(), online.parameters()):
                old.lerp_(new, TAU)
        losses.append(loss.item())
    states = [optimizer.state[parameter] for parameter in online.parameters()]
    return case | {
        "losses": losses,
        "after": {
            "parameters": flat(online.parameters()),
            "target": flat(target.parameters()),
            "firstMoment": flat(state["exp_avg"] for state in states),
            "secondMoment": flat(state["exp_avg_sq"] for state in states),
        },
    }


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    fixture = {
        "torch": torch.__version__,
        "inputs": INPUTS,
        "outputs": OUTPUTS,
        "batchSize": BATCH,
        "replayCapacity": CAPACITY,
        "gamma": GAMMA,
        "tau": TAU,
        "learningRate": LEARNING_RATE,
        "adam": {"beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON},
        "cases": [
            run([(9, "relu"), (7, "relu")], "huber"),
            run([(8, "tanh"), (5, "sigmoid"), (6, "relu")], "squared"),
            run([(10, "tanh"), (6, "relu")], "huber", 0.3),
            run([(9, "leaky-relu"), (8, "silu"), (5, "elu")], "huber"),
            run([(7, "silu"), (9, "silu")], "squared"),
        ],
    }
    print(json.dumps(fixture))
