"""Stable-Baselines3's DQN on LunarLander-v3 with our settings. What is not the same: its target is DQN's, the target
network's own maximum; it moves the target network once after a step of all environments, here by as much as ours
moves in the updates of that step; it computes the gradient's norm, though nothing is clipped here.
"""

import platform

import gymnasium
import stable_baselines3
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.env_util import make_vec_env

from training_task import ENVIRONMENT, updates_per_vector_step

torch.set_num_threads(1)

VERSIONS = {
    "python": platform.python_version(),
    "stable-baselines3": stable_baselines3.__version__,
    "gymnasium": gymnasium.__version__,
    "torch": torch.__version__,
}


def create_model(seed, widths, settings):
    """Hidden layers of these widths with relu; settings are our hyperparameters."""
    updates, rate = updates_per_vector_step(settings), settings["learningRate"]
    is_linear = settings["learningRateSchedule"] == "linear"
    return DQN(
        "MlpPolicy",
        make_vec_env(ENVIRONMENT, n_envs=settings["environments"], seed=seed),
        learning_rate=(lambda remaining: rate * remaining) if is_linear else rate,
        buffer_size=settings["bufferSize"],
        learning_starts=settings["learningStarts"],
        batch_size=settings["batchSize"],
        tau=1 - (1 - settings["tau"]) ** updates,
        gamma=settings["gamma"],
        train_freq=1,
        gradient_steps=updates,
        target_update_interval=1,
        exploration_fraction=settings["explorationFraction"],
        exploration_initial_eps=settings["explorationInitialEps"],
        exploration_final_eps=settings["explorationFinalEps"],
        max_grad_norm=float("inf"),
        policy_kwargs={"net_arch": widths, "activation_fn": torch.nn.ReLU},
        seed=seed,
        device="cpu",
    )
