"""scikit-learn beside our networks: its MLPClassifier and MLPRegressor, and its linear
models, on the same folds (folds), the time that a training takes (fit), and that of
predictions (predict).

A task is a JSON file that the benchmark wrote: the examples, the folds of every seed and
what there is to set. The settings are those of our network as far as scikit-learn has
them: it has no dropout."""

import functools
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

import worker

# That the epochs are over is what is wanted.
warnings.simplefilter("ignore", ConvergenceWarning)


def describe():
    python = ".".join(map(str, sys.version_info[:3]))
    return {"version": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__} on Python {python}"}


class Task:
    def __init__(self, file, dtype="float64"):
        with open(file) as f:
            self.__dict__.update(json.load(f))
        self.x = np.array(self.x, dtype).reshape(-1, self.inputs)
        self.y = np.array(self.y, dtype if self.numbers else int)

    def network(self, seed):
        kind = MLPRegressor if self.numbers else MLPClassifier
        return kind(
            hidden_layer_sizes=self.hidden,
            activation=self.activation,
            solver="adam",
            alpha=self.alpha,
            batch_size=self.batch,
            learning_rate_init=self.rate,
            max_iter=self.epochs,
            n_iter_no_change=self.epochs + 1,  # all epochs, as in our program
            random_state=seed,
        )


task = functools.lru_cache(maxsize=None)(Task)


def folds(request):
    """The scores of a model on the folds of a seed: accuracy, or R² of numbers."""
    t = task(request["file"])
    score = {"network": network, "raw": raw, "linear": linear}[request["model"]]
    scores = []
    for fold in t.folds[t.seeds.index(request["seed"])]:
        train, test = fold["Train"], fold["Test"]
        scaler = StandardScaler().fit(t.x[train])
        x, held = scaler.transform(t.x[train]), scaler.transform(t.x[test])
        scores.append(score(t, request["seed"], x, t.y[train], held, t.y[test]))
    return {"scores": scores}


def network(t, seed, x, y, held, labels):
    if not t.numbers:
        return raw(t, seed, x, y, held, labels)
    mean, std = y.mean(), y.std()
    return r2_score(labels, t.network(seed).fit(x, (y - mean) / std).predict(held) * std + mean)


def raw(t, seed, x, y, held, labels):
    return t.network(seed).fit(x, y).score(held, labels)


def linear(t, seed, x, y, held, labels):
    model = LinearRegression() if t.numbers else LogisticRegression(max_iter=1000)
    return model.fit(x, y).score(held, labels)


def fit(request):
    """Times a training on all examples, their scaling included."""
    t = task(request["file"], request["dtype"])
    start = time.perf_counter_ns()
    x = StandardScaler().fit_transform(t.x)
    network = t.network(request["seed"]).fit(x, t.y)
    ns = time.perf_counter_ns() - start
    if x.dtype != request["dtype"] or network.coefs_[0].dtype != x.dtype:
        raise TypeError(f"trained in {network.coefs_[0].dtype}")
    return {"ns": ns, "score": network.score(x, t.y)}


def predict(request):
    """Times predictions of a network of ReLU and softmax with given weights."""
    sizes = request["sizes"]
    network = MLPClassifier(hidden_layer_sizes=sizes[1:-1], activation="relu", batch_size=1)
    network.partial_fit(np.zeros((1, sizes[0])), [0], classes=range(sizes[-1]))  # which makes room
    for l, (n, out) in enumerate(zip(sizes, sizes[1:])):
        network.coefs_[l] = np.array(request["weights"][l]).reshape(out, n).T.copy()
        network.intercepts_[l] = np.array(request["biases"][l])
    x = np.array(request["x"], float).reshape(-1, sizes[0])
    outputs = network.predict_proba(x).flatten().tolist()
    return {"outputs": outputs, **worker.latency(lambda: network.predict_proba(x), request["n"])}


if __name__ == "__main__":
    worker.answer(describe, {"folds": folds, "fit": fit, "predict": predict})
