"""Trainings by Stable-Baselines3's DQN until they are solved."""

from stable_baselines3.common.callbacks import BaseCallback

from stable_baselines3_dqn import VERSIONS, create_model
from training_task import converse


class Until(BaseCallback):
    def __init__(self, count):
        super().__init__()
        self._count = count

    def _on_step(self):
        returns = [info["episode"]["r"] for info in self.locals["infos"] if "episode" in info]
        return self._count.goes_on(self.num_timesteps, returns)


def train(count, seed, steps, widths, settings):
    model = create_model(seed, widths, settings)
    model.learn(steps, callback=Until(count), log_interval=None)
    return model._n_updates


converse(VERSIONS, train)
