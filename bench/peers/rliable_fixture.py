"""Writes test/data/rliable.json: what rliable, and SciPy below it, say about fixed scores, as the truth that the
statistics are checked against. With rliable==1.2.0, arch==7.2.0, scipy==1.17.1 and pandas<3 in a Python of its own:

    python bench/peers/rliable_fixture.py > test/data/rliable.json
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from rliable import library, metrics
from scipy import stats

RUNS, TASKS, RESAMPLES, REPETITIONS = 12, 3, 20_000, 5

random = np.random.default_rng(7)


def skewed(centre, spread):
    """Scores as trainings give them: most of them good, some far below. Runs by tasks, in tenths so that some tie."""
    scores = centre + spread * (0.5 - random.exponential(size=(RUNS, TASKS)))
    return np.round(scores, 1) + 0.0


def intervals(scores, statistic):
    """Of several seeds: rliable's own spread, beside which ours is judged."""
    found = []
    for seed in range(REPETITIONS):
        _, interval = library.get_interval_estimates(
            {"scores": scores}, statistic, reps=RESAMPLES, random_state=np.random.RandomState(seed)
        )
        found.append({"low": interval["scores"][0, 0], "high": interval["scores"][1, 0]})
    return found


def describe(scores):
    """By task in the file: rliable's columns are our strata."""
    return {
        "strata": scores.T.tolist(),
        "interquartileMean": metrics.aggregate_iqm(scores),
        "interquartileMeans": [metrics.aggregate_iqm(scores[:, [task]]) for task in range(TASKS)],
        "intervals": {
            "interquartileMean": intervals(scores, lambda x: np.array([metrics.aggregate_iqm(x)])),
            "mean": intervals(scores, lambda x: np.array([metrics.aggregate_mean(x)])),
        },
    }


def improvement(x, y):
    return {"x": x.tolist(), "y": y.tolist(), "probability": metrics.probability_of_improvement(x[:, None], y[:, None])}


def tau(x, y):
    return {"x": x.tolist(), "y": y.tolist(), "tau": stats.kendalltau(x, y).statistic}


a, b = skewed(180.0, 60.0), skewed(150.0, 90.0)
thresholds = np.concatenate([np.arange(-200.0, 301.0, 50.0), a.ravel()[:4]])
profile, _ = library.create_performance_profile({"a": a}, thresholds, reps=1)
noise = random.normal(size=40)
ties = random.integers(0, 5, size=40).astype(float)
json.dump(
    {
        "versions": {name: version(name) for name in ("rliable", "scipy", "numpy", "arch")},
        "resamples": RESAMPLES,
        "samples": [describe(a), describe(b)],
        "improvements": [
            improvement(a[:, 0], b[:, 0]),
            improvement(b[:, 1], a[:, 2]),
            improvement(ties[:15], ties[15:]),
        ],
        "profile": {"scores": a.ravel().tolist(), "thresholds": thresholds.tolist(), "shares": profile["a"].tolist()},
        "taus": [
            tau(noise, random.normal(size=40)),
            tau(noise, noise + random.normal(size=40)),
            tau(ties, random.integers(0, 3, size=40) + ties // 2),
            tau(noise, -noise),
        ],
    },
    sys.stdout,
)
print()
