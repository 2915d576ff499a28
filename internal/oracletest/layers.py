"""Writes testdata/layers.json: batch and layer normalisation as PyTorch 1.13 of Debian
(package python3-torch) computes them, in float64.

Run it from the root of the repository; --check compares with the table instead:

    /usr/bin/python3 internal/oracletest/layers.py [--check]

Arrays are row-major, with one column per example: PyTorch's are their transposes. A row has
the steps of a training of some batches with the gradients of <v, y> at each, what the layer
keeps after each of them, and an evaluation after all.
"""

import sys

import torch

sys.dont_write_bytecode = True

import table
from rows import Draw


def array(t):
    return {"shape": list(t.shape), "data": [x + 0.0 for x in t.detach().reshape(-1).tolist()]}


def column(t):
    return array(t.detach().reshape(-1, 1))


def step(layer, x, v):
    """Applies the layer to columns and differentiates."""
    x = x.clone().requires_grad_()
    y = layer(x.T).T
    dx, dgamma, dbeta = torch.autograd.grad((v * y).sum(), [x, layer.weight, layer.bias])
    row = {"x": array(x), "v": array(v), "y": array(y), "dx": array(dx), "dgamma": column(dgamma), "dbeta": column(dbeta)}
    if hasattr(layer, "running_mean"):
        row["mean"], row["variance"] = column(layer.running_mean), column(layer.running_var)
    return row


def row(kind, n, batches, **settings):
    label = f"{kind} {n} {batches} {settings}"
    draw = Draw(label)
    layer = {"BatchNorm": torch.nn.BatchNorm1d, "LayerNorm": torch.nn.LayerNorm}[kind](n, **settings)
    with torch.no_grad():
        layer.weight.copy_(draw.array((n,)))
        layer.bias.copy_(draw.array((n,)))
    out = {"kind": kind, "case": label, "momentum": settings.get("momentum", 0), "epsilon": settings.get("eps", 0),
           "gamma": column(layer.weight), "beta": column(layer.bias)}
    layer.train()
    out["steps"] = [step(layer, draw.array((n, m), lambda x: 3 * x + 1), draw.array((n, m))) for m in batches]
    layer.eval()
    out["evaluation"] = step(layer, draw.array((n, 3)), draw.array((n, 3)))
    return out


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    rows = []
    for n in (1, 3, 8):
        rows.append(row("BatchNorm", n, [2, 5, 64]))
        rows.append(row("BatchNorm", n, [7, 3], momentum=0.5, eps=0.125))
        rows.append(row("BatchNorm", n, [4], momentum=1.0))
        rows.append(row("LayerNorm", n, [1, 2, 6]))
        rows.append(row("LayerNorm", n, [4], eps=0.125))
    table.write("layers.json", rows)


main()
