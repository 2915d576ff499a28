"""What a row of an operation holds, and where its inputs come from.

A row of kind "op" is for y = f(in; args):

    out     y
    grads   the gradient of <v, y> with respect to each input
    second  the gradient of the sum of all <grads[i], w[i]> with respect to
            each input; not in rows that sit on a kink
    each    whether every entry of out is right relative to itself, however
            small; otherwise it is relative to the largest entry
"""

import math
import random

import torch


# Domains map normally distributed numbers to where a function is smooth.


def anywhere(x):
    return x


def positive(x):
    return 0.5 + abs(x)


def nonzero(x):
    return x + math.copysign(0.5, x)


def whole(x):
    """-2 … 2: many ties."""
    return float(max(-2, min(2, round(x))))


class Draw:
    """Random float32 numbers that depend on a label only."""

    def __init__(self, label):
        self.random = random.Random(label)

    def array(self, shape, domain=anywhere):
        count = math.prod(shape)
        return float32([domain(self.random.gauss(0, 1)) for _ in range(count)]).reshape(shape)


def float32(numbers):
    """Rounds to float32 and widens again."""
    return torch.tensor(numbers, dtype=torch.float32).double()


class Case:
    """One row to be computed. An input is a tensor or a pair (shape, domain)."""

    def __init__(self, name, f, inputs, smooth=True, each=False, note="", **args):
        self.name, self.f, self.inputs, self.args = name, f, inputs, args
        self.smooth, self.each = smooth, each
        shapes = [tuple(x.shape) if torch.is_tensor(x) else tuple(x[0]) for x in inputs]
        parts = [name, *(f"{k}={v}" for k, v in args.items()), *map(str, shapes), note]
        self.label = " ".join(p.replace(" ", "") for p in parts if p)


def gradients(y, xs, v=None):
    """The gradients of <v, y>, zeros where y does not depend on an x."""
    if not y.requires_grad:
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(y, xs, v, create_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if d is None else d for x, d in zip(xs, found)]


def dots(a, b):
    return sum((x * y).sum() for x, y in zip(a, b))


def op_row(case):
    draw = Draw(case.label)
    xs = [x if torch.is_tensor(x) else draw.array(*x) for x in case.inputs]
    xs = [x.clone().requires_grad_() for x in xs]
    y = case.f(*xs, **case.args)
    v = draw.array(y.shape)
    grads = gradients(y, xs, v)
    row = {"kind": "op", "name": case.name, "case": case.label, "args": case.args,
           "in": xs, "v": v, "out": y, "grads": grads}
    if case.each:
        row["each"] = True
    if case.smooth:
        row["w"] = [draw.array(x.shape) for x in xs]
        row["second"] = gradients(dots(grads, row["w"]), xs)
    return row
