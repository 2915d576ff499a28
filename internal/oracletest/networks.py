"""The rows of networks. A column is an example: Z = W·A + b, A = f(Z).

    A       the results of the layers
    dW, …   the gradients of the cost
    HW, Hb  the Hessian with respect to all W and b, times (vW, vb)
"""

import torch
import torch.nn.functional as F

from costs import LOSSES
from pointwise import softplus
from rows import Draw, dots, float32, gradients

ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leakyrelu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "silu": F.silu,
    "gelu": F.gelu,
    "softplus": softplus,
    "softmax": lambda z: torch.softmax(z, 0),
    "identity": lambda z: z,
}
KINKED = ("relu", "leakyrelu", "elu")

# The last activation belongs to the loss, which may take logits.
LAST = {
    "SigmoidCrossEntropy": "identity",
    "BinaryCrossEntropy": "sigmoid",
    "SquaredError": "identity",
    "SoftmaxCrossEntropy": "identity",
    "CategoricalCrossEntropy": "softmax",
}


def labels(draw, loss, k, m, form):
    """Targets of the kind that the loss expects."""
    random = draw.random
    if loss == "SquaredError":
        return draw.array((k, m))
    if loss in ("SigmoidCrossEntropy", "BinaryCrossEntropy"):
        return draw.array((k, m), lambda x: float(x > 0) if form % 2 == 0 else float(random.random()))
    classes = float32([[random.randrange(k) for _ in range(m)]])
    if form % 3 == 0:
        return classes
    if form % 3 == 1:
        return (torch.arange(k)[:, None] == classes).double()
    return sixteenths(random, k, m)


def sixteenths(random, k, m):
    """Columns that sum to 1 exactly."""
    counts = torch.zeros(k, m)
    for column in range(m):
        for _ in range(16):
            counts[random.randrange(k), column] += 1
    return counts / 16


def network(number):
    """Sizes, activations and loss of one network."""
    draw = Draw(f"network {number}")
    random = draw.random
    depth = 1 + number % 4
    loss = list(LOSSES)[number % len(LOSSES)]
    classes = loss in ("SoftmaxCrossEntropy", "CategoricalCrossEntropy")
    sizes = [random.randint(1, 7) for _ in range(depth)] + [random.randint(2 if classes else 1, 7)]
    names = list(ACTIVATIONS)
    first = number * 3 // 2  # 45 hidden layers in all
    hidden = [names[(first + i) % len(names)] for i in range(depth - 1)]
    return draw, sizes, 1 + number * 4 % 9, hidden + [LAST[loss]], loss


def forward(x, weights, biases, activations):
    zs, outs = [], []
    for w, b, name in zip(weights, biases, activations):
        zs.append(w @ x + b)
        x = ACTIVATIONS[name](zs[-1])
        outs.append(x)
        assert name not in KINKED or zs[-1].abs().min() > 1e-3, "too near a kink for float32"
    return zs, outs


def row(number):
    draw, sizes, m, activations, loss = network(number)
    shapes = list(zip(sizes[1:], sizes))
    x = draw.array((sizes[0], m)).requires_grad_()
    y = labels(draw, loss, sizes[-1], m, number // len(LOSSES))
    weights = [draw.array(s, lambda v, n=s[1]: v / n**0.5).requires_grad_() for s in shapes]
    biases = [draw.array((s[0], 1), lambda v: v / 2).requires_grad_() for s in shapes]
    vw = [draw.array(w.shape) for w in weights]
    vb = [draw.array(b.shape) for b in biases]

    zs, outs = forward(x, weights, biases, activations)
    cost = LOSSES[loss](outs[-1], y)
    n = len(weights)
    *d, dx = gradients(cost, [*weights, *biases, x])
    h = gradients(dots(d, vw + vb), weights + biases)
    return {"kind": "net", "case": f"network {number}", "activations": activations, "loss": loss,
            "X": x, "Y": y, "W": weights, "b": biases, "vW": vw, "vb": vb,
            "Z": zs, "A": outs, "cost": cost, "dX": dx, "dW": d[:n], "db": d[n:], "HW": h[:n], "Hb": h[n:]}


def rows():
    return map(row, range(30))
