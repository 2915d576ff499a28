"""Writes testdata/rules.json: 20 steps of each optimiser, and the factors of each
schedule, as PyTorch has them in float64. What PyTorch 1.13 lacks is written out with
NumPy, from the papers.

Run it from the root of the repository as pytorch.py; with an argument it writes
there instead:

    /usr/bin/python3 internal/oracletest/rules.py

The problem is a layer: W of shape (2, 3), b of (2, 1), and the cost is the mean over
five examples of the sum over two outputs of (tanh(W·X + b) - Y)². Every number that goes
in is a float32. "W" and "b" of a row are the values after each step.
"""

import json
import pathlib
import sys

import numpy as np
import torch

sys.dont_write_bytecode = True

from rows import Draw

STEPS = 20
SEED = Draw("rules")
X, Y = SEED.array((3, 5)), SEED.array((2, 5))
W0, B0 = SEED.array((2, 3)), SEED.array((2, 1))


def cost(w, b):
    return ((torch.tanh(w @ X + b) - Y) ** 2).sum() / X.shape[1]


def gradients(w, b):
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
    return [g.numpy() for g in torch.autograd.grad(cost(w, b), [w, b])]


def by_torch(make, penalty=None, clip=None):
    """Steps of an optimiser that make(w, b) returns."""
    def run():
        w, b = W0.clone().requires_grad_(), B0.clone().requires_grad_()
        optimiser = make(w, b)
        for _ in range(STEPS):
            optimiser.zero_grad()
            c = cost(w, b)
            if penalty:
                c = c + penalty(w)
            c.backward()
            if clip:
                clip([w, b])
            optimiser.step()
            yield w.detach().numpy().copy(), b.detach().numpy().copy()
    return run


def decaying(optimiser, decay, **options):
    """An optimiser whose decay touches W alone."""
    return lambda w, b: optimiser([{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0.0}], **options)


def lion(rate=1e-4, beta1=0.9, beta2=0.99, decay=0.0):
    """Algorithm 2 of Chen et al., 2023."""
    def run():
        p = [W0.numpy().copy(), B0.numpy().copy()]
        m = [np.zeros_like(x) for x in p]
        for _ in range(STEPS):
            g = gradients(*p)
            for i, weight_decay in enumerate([decay, 0.0]):
                update = np.sign(beta1 * m[i] + (1 - beta1) * g[i])
                p[i] = p[i] - rate * (update + weight_decay * p[i])
                m[i] = beta2 * m[i] + (1 - beta2) * g[i]
            yield p[0].copy(), p[1].copy()
    return run


def clipped_norm(rate, norm):
    """Algorithm 1 of Pascanu et al., 2013, with gradient descent."""
    def run():
        p = [W0.numpy().copy(), B0.numpy().copy()]
        for _ in range(STEPS):
            g = gradients(*p)
            length = np.sqrt(sum((x * x).sum() for x in g))
            if length > norm:
                g = [x * (norm / length) for x in g]
            p = [x - rate * d for x, d in zip(p, g)]
            yield p[0].copy(), p[1].copy()
    return run


def averaged(steps, decay):
    """Weighted means of all parameters so far, each computed anew."""
    def run():
        seen = list(steps())
        for t in range(1, len(seen) + 1):
            weights = np.array([decay ** (t - s) for s in range(1, t + 1)])
            yield tuple(np.tensordot(weights, np.stack([p[i] for p in seen[:t]]), 1) / weights.sum() for i in (0, 1))
    return run


def l1(factor):
    return lambda w: factor * w.abs().sum()


O = torch.optim
RULES = {
    "gd": by_torch(lambda w, b: O.SGD([w, b], lr=0.5)),
    "momentum": by_torch(lambda w, b: O.SGD([w, b], lr=0.1, momentum=0.9)),
    "nesterov": by_torch(lambda w, b: O.SGD([w, b], lr=0.1, momentum=0.8, nesterov=True)),
    "adam": by_torch(lambda w, b: O.Adam([w, b])),
    "adam, options": by_torch(lambda w, b: O.Adam([w, b], lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
    "rmsprop": by_torch(lambda w, b: O.RMSprop([w, b])),
    "rmsprop, options": by_torch(lambda w, b: O.RMSprop([w, b], lr=0.02, alpha=0.9, eps=1e-3)),
    "rmsprop, momentum": by_torch(lambda w, b: O.RMSprop([w, b], lr=0.005, momentum=0.7)),
    "rmsprop, centered": by_torch(lambda w, b: O.RMSprop([w, b], lr=0.005, centered=True)),
    "rmsprop, both": by_torch(lambda w, b: O.RMSprop([w, b], lr=0.002, alpha=0.95, momentum=0.5, centered=True)),
    "adagrad": by_torch(lambda w, b: O.Adagrad([w, b])),
    "adagrad, decay": by_torch(lambda w, b: O.Adagrad([w, b], lr=0.3, lr_decay=0.25)),
    "adagrad, options": by_torch(lambda w, b: O.Adagrad([w, b], lr=0.3, eps=0.01)),
    "adamw": by_torch(decaying(O.AdamW, 0.01)),
    "adamw, options": by_torch(decaying(O.AdamW, 0.5, lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
    "lion": lion(),
    "lion, options": lion(0.02, 0.8, 0.95, 0.5),
    "l2, gd": by_torch(decaying(O.SGD, 0.3, lr=0.5)),
    "l2, rmsprop": by_torch(decaying(O.RMSprop, 0.3)),
    "l1, adam": by_torch(lambda w, b: O.Adam([w, b], lr=0.01), penalty=l1(0.2)),
    "l1, l2, all": by_torch(lambda w, b: O.SGD([w, b], lr=0.5, weight_decay=0.1), penalty=l1(0.2)),
    "clip value": by_torch(lambda w, b: O.SGD([w, b], lr=0.5), clip=lambda p: torch.nn.utils.clip_grad_value_(p, 0.2)),
    "clip norm": clipped_norm(0.5, 0.25),
    "clip norm, adagrad": by_torch(lambda w, b: O.Adagrad([w, b]), clip=lambda p: torch.nn.utils.clip_grad_norm_(p, 1e6)),
    "per parameter": by_torch(lambda w, b: O.Adam([{"params": [w]}, {"params": [b], "lr": 0.05}], lr=0.02)),
    "average, momentum": averaged(by_torch(lambda w, b: O.SGD([w, b], lr=0.1, momentum=0.9)), 0.9),
}


def factors(make, costs=None):
    """Factors of a schedule of PyTorch, from a rate of 1, at each step."""
    p = torch.nn.Parameter(torch.zeros(1))
    optimiser = O.SGD([p], lr=1.0)
    schedule = make(optimiser)
    for t in range(len(costs) if costs else STEPS):
        yield optimiser.param_groups[0]["lr"]
        optimiser.step()
        if costs:
            schedule.step(costs[t])
        else:
            schedule.step()


COSTS = [5, 4, 4.1, 4.2, 3.9, 3.95, 3.96, 3.97, 3.98, 3.99, 4.0, 3.8, 3.8, 3.8, 3.8, 3.8, 3.799, 3.799, 3.7, 3.71, 3.72, 3.73,
         3.74, 3.75, 3.76, -1, -1, -1.5, -1.49, -1.48, -1.47, -1.46, -1.45]
S = torch.optim.lr_scheduler
SCHEDULES = {
    "staircase": factors(lambda o: S.StepLR(o, 3)),
    "staircase, options": factors(lambda o: S.StepLR(o, 4, 0.5)),
    "exponential": factors(lambda o: S.ExponentialLR(o, 0.9)),
    "cosine": factors(lambda o: S.CosineAnnealingLR(o, STEPS)),
    "cosine, options": factors(lambda o: S.CosineAnnealingLR(o, 25, eta_min=0.1)),
    "one cycle": factors(lambda o: S.OneCycleLR(o, 1.0, total_steps=STEPS + 1, cycle_momentum=False)),
    "one cycle, options": factors(lambda o: S.OneCycleLR(o, 1.0, total_steps=30, pct_start=0.45, div_factor=10, final_div_factor=100,
                                                         cycle_momentum=False)),
    "plateau": factors(lambda o: S.ReduceLROnPlateau(o, patience=2, threshold=0, eps=0), COSTS),
    "plateau, options": factors(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0.01, cooldown=2, min_lr=0.1, eps=0),
                                COSTS[:25]),
}


def array(x):
    x = np.asarray(x)
    assert np.isfinite(x).all()
    return {"shape": list(x.shape), "data": [float(v) + 0.0 for v in x.reshape(-1)]}


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    rules = []
    for case, run in RULES.items():
        steps = list(run())
        rules.append({"case": case, "W": array([w for w, _ in steps]), "b": array([b for _, b in steps])})
    table = {"X": array(X), "Y": array(Y), "W": array(W0), "b": array(B0), "rules": rules, "costs": COSTS,
             "schedules": [{"case": case, "factors": list(f)} for case, f in SCHEDULES.items()]}
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "testdata" / "rules.json"
    lines = [f"{json.dumps(k)}: " + ("[\n" + ",\n".join(map(json.dumps, v)) + "\n]" if k in ("rules", "schedules") else json.dumps(v))
             for k, v in table.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(rules)} rules and {len(SCHEDULES)} schedules in {path}")


main()
