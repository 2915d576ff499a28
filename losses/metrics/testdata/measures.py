"""Writes measures.json beside it: examples and what scikit-learn 1.2.1 of Debian (package
python3-sklearn) measures of them.

Run it from the root of the repository; --check compares with the table instead:

    /usr/bin/python3 losses/metrics/testdata/measures.py [--check]
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from sklearn import calibration, metrics

warnings.simplefilter("error")


def classes(rng, n, k, silent=None):
    """Examples of k classes, of which one is never the likeliest."""
    y = rng.integers(0, k, n)
    z = rng.normal(size=(n, k))
    z[np.arange(n), y] += 1
    if silent is not None:
        z[:, silent] = -9
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    guess = p.argmax(1)
    each = metrics.precision_recall_fscore_support(y, guess, zero_division=0)
    mean = {a: metrics.precision_recall_fscore_support(y, guess, average=a, zero_division=0)[:3] for a in ("macro", "weighted")}
    return {
        "y": y, "p": p, "accuracy": metrics.accuracy_score(y, guess),
        "top2": metrics.top_k_accuracy_score(y, p, k=2) if k > 2 else 1.0,
        "matrix": metrics.confusion_matrix(y, guess), "precision": each[0], "recall": each[1], "f1": each[2], "support": each[3],
        "macro": mean["macro"], "weighted": mean["weighted"], "logloss": metrics.log_loss(y, p),
        "brier": ((p - np.eye(k)[y]) ** 2).sum(1).mean(),
    }


def pairs(rng, n, digits):
    """Examples of two classes, by scores of few digits, so that some are equal."""
    y = rng.integers(0, 2, n)
    p = np.round(1 / (1 + np.exp(-rng.normal(size=n) - y)), digits) * 0.998 + 0.001
    falsely, truly, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    share, mean = calibration.calibration_curve(y, p, n_bins=5)
    return {
        "y": y, "p": p, "auc": metrics.roc_auc_score(y, p), "falsely": falsely, "truly": truly, "thresholds": thresholds[1:],
        "accuracy": metrics.accuracy_score(y, p > 0.5), "logloss": metrics.log_loss(y, p), "brier": metrics.brier_score_loss(y, p),
        "share": share, "mean": mean,
    }


def numbers(rng, n, shift):
    y = shift + rng.normal(size=n)
    p = y + 0.5 * rng.normal(size=n)
    return {
        "y": y, "p": p, "mae": metrics.mean_absolute_error(y, p), "mse": metrics.mean_squared_error(y, p),
        "rmse": metrics.mean_squared_error(y, p, squared=False), "r2": metrics.r2_score(y, p),
    }


def table():
    rng = np.random.default_rng(7)
    return {
        "classes": [classes(rng, 60, 4), classes(rng, 80, 3, silent=1), classes(rng, 40, 2)],
        "pairs": [pairs(rng, 50, 1), pairs(rng, 200, 2), pairs(rng, 100, 12)],
        "numbers": [numbers(rng, 50, 0), numbers(rng, 100, 1e6)],
    }


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def close(old, new, path=""):
    """The same but for roundings of another machine."""
    if isinstance(old, dict):
        assert old.keys() == new.keys(), path
        for k in old:
            close(old[k], new[k], path + "." + k)
    elif isinstance(old, list):
        assert len(old) == len(new), path
        for i, (a, b) in enumerate(zip(old, new)):
            close(a, b, f"{path}[{i}]")
    else:
        assert abs(old - new) <= 1e-9 * max(1, abs(old)), (path, old, new)


def main():
    path = pathlib.Path(__file__).parent / "measures.json"
    rows = plain(table())
    if "--check" in sys.argv:
        close(json.loads(path.read_text()), rows)
        print(f"{path} is what scikit-learn measures")
        return
    path.write_text(json.dumps(rows, separators=(",", ":")).replace("},{", "},\n{") + "\n")
    print(f"{path.stat().st_size / 1e3:.0f} KB in {path}")


main()
