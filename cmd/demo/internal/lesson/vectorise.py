"""Times the forward pass of a two-layer network, as a loop and in NumPy.

Reads a task as JSON from standard input, writes a JSON object to standard
output: seconds for each way and number of examples, null where it would take
longer than the limit.
"""

import json
import math
import platform
import random
import sys
import time

try:
    import numpy as np
except ImportError:
    np = None


def loop(net, xs):
    """All examples, units and inputs, one after the other."""
    w1, b1, w2, b2 = net
    out = []
    for x in xs:
        a1 = []
        for row, b in zip(w1, b1):
            z = b
            for w, v in zip(row, x):
                z += w * v
            a1.append(math.tanh(z))
        a2 = []
        for row, b in zip(w2, b2):
            z = b
            for w, v in zip(row, a1):
                z += w * v
            a2.append(1 / (1 + math.exp(-z)))
        out.append(a2)
    return out


def forward(net, x):
    w1, b1, w2, b2 = net
    a1 = np.tanh(w1 @ x + b1)
    return 1 / (1 + np.exp(-(w2 @ a1 + b2)))


def one_by_one(net, columns):
    return [forward(net, x) for x in columns]


def seconds(f, budget):
    """The least time of some runs that take the budget together."""
    best, total = math.inf, 0.0
    while total < budget:
        start = time.perf_counter()
        f()
        took = time.perf_counter() - start
        best, total = min(best, took), total + took
    return best


def measure(sizes, counts, budget, limit):
    rng = random.Random(1)
    n0, n1, n2 = sizes

    def rows(n, k):
        return [[rng.gauss(0, 1 / math.sqrt(k)) for _ in range(k)] for _ in range(n)]

    net = rows(n1, n0), [0.1] * n1, rows(n2, n1), [0.1] * n2
    ways = {"loop": [], "one": [], "numpy": []}
    gap, last = None, {}

    def time_way(way, m, f):
        if way in last and last[way][0] * m / last[way][1] > limit:
            ways[way].append(None)
            return
        took = seconds(f, budget)
        last[way] = took, m
        ways[way].append(took)

    for m in counts:
        few = rows(min(m, 200), n0)
        xs = [few[i % len(few)] for i in range(m)]
        time_way("loop", m, lambda: loop(net, xs))
        if np is None:
            continue
        arrays = [np.array(p) for p in net]
        arrays[1], arrays[3] = arrays[1][:, None], arrays[3][:, None]
        x = np.array(xs).T.copy()
        columns = [np.array(v)[:, None] for v in xs]
        time_way("one", m, lambda: one_by_one(arrays, columns))
        time_way("numpy", m, lambda: forward(arrays, x))
        if m <= 10:
            gap = max(gap or 0, float(np.abs(np.array(loop(net, xs)).T - forward(arrays, x)).max()))
    return {"seconds": ways, "gap": gap}


def main():
    task = json.load(sys.stdin)
    json.dump({
        "python": platform.python_version(),
        "numpy": np.__version__ if np else None,
        "networks": [measure(n, task["counts"], task["budget"], task["limit"]) for n in task["networks"]],
    }, sys.stdout)


main()
