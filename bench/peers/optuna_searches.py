"""Random search by Optuna over trainings by Stable-Baselines3's DQN: what people would put together instead.

Reads lines of JSON: {"ask": "versions"}; {"ask": "propose"}, answered by the next trial: {"widths": [...]}; {"ask": "run",
"steps", "episodes", "settings"}, which trains that trial and plays greedy episodes: {"score", "cpuSeconds", "seconds"}.
"""

import json
import sys
import time

import optuna
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from stable_baselines3_dqn import VERSIONS, create_model
from training_task import ENVIRONMENT

optuna.logging.set_verbosity(optuna.logging.WARNING)
study, trial, widths = None, None, None

for line in sys.stdin:
    question = json.loads(line)
    if question["ask"] == "versions":
        answer = {**VERSIONS, "optuna": optuna.__version__}
    elif question["ask"] == "propose":
        if study is None:
            sampler = optuna.samplers.RandomSampler(seed=question["seed"])
            study = optuna.create_study(direction="maximize", sampler=sampler)
        trial = study.ask()
        widths = [trial.suggest_categorical(f"units {layer}", question["units"]) for layer in (1, 2)]
        answer = {"widths": widths}
    else:
        begin, cpu_begin = time.perf_counter(), time.process_time()
        model = create_model(trial.number, widths, question["settings"])
        model.learn(question["steps"], log_interval=None)
        environment = make_vec_env(ENVIRONMENT, n_envs=1, seed=1_000_000 + trial.number)
        score, _ = evaluate_policy(model, environment, n_eval_episodes=question["episodes"])
        study.tell(trial, score)
        answer = {
            "score": float(score),
            "cpuSeconds": time.process_time() - cpu_begin,
            "seconds": time.perf_counter() - begin,
        }
    print(json.dumps(answer), flush=True)
