"""Writes testdata/sequences.json: layers for sequences as PyTorch 1.13 of Debian (package
python3-torch) computes them, in float64.

Run it from the root of the repository; --check compares with the table instead:

    /usr/bin/python3 internal/oracletest/sequences.py [--check]

Sequences are (T, n, m), with a column per example; PyTorch's are (T, m, n). A row has the
parameters in PyTorch's order, vectors as columns, a sequence x, the lengths of its examples if they have
any, the result y, the gradients of <v, y> with respect to x and the parameters, and as "second" those
of the sum of all <gradient, w>. What PyTorch gives behind the end of an example is set to 0.
"""

import sys

import torch

sys.dont_write_bytecode = True

import table
from rows import Draw, dots, gradients


def array(t):
    t = t.detach()
    t = t.reshape(-1, 1) if t.dim() == 1 else t
    return {"shape": list(t.shape), "data": [x + 0.0 for x in t.reshape(-1).tolist()]}


def within(x, lengths):
    """1 at the steps that belong to an example, of the shape (T, 1, m)."""
    steps = torch.arange(x.shape[0]).reshape(-1, 1, 1)
    return (steps < torch.tensor(lengths)).double()


def attention(module, x, lengths, causal=False, **_):
    steps = x.shape[0]
    mask = torch.ones(steps, steps).triu(1).bool() if causal else None
    padding = ~within(x, lengths)[:, 0, :].T.bool() if lengths else None
    y = module(x.permute(0, 2, 1), *2 * [x.permute(0, 2, 1)], attn_mask=mask, key_padding_mask=padding, need_weights=False)[0]
    return y.permute(0, 2, 1)


def block(module, x, lengths, causal=False, **_):
    steps = x.shape[0]
    mask = torch.ones(steps, steps).triu(1).bool() if causal else None
    padding = ~within(x, lengths)[:, 0, :].T.bool() if lengths else None
    return module(x.permute(0, 2, 1), src_mask=mask, src_key_padding_mask=padding).permute(0, 2, 1)


def norm(module, x, lengths, **_):
    return module(x.permute(0, 2, 1)).permute(0, 2, 1)


def recurrent(module, x, lengths, **_):
    x = x.permute(0, 2, 1)
    if not lengths:
        return module(x)[0].permute(0, 2, 1)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], total_length=x.shape[0])
    return y.permute(0, 2, 1)


def row(kind, module, f, n, steps, m, lengths=None, **settings):
    label = f"{kind} {n} {steps} {m} {lengths} {settings}"
    draw = Draw(label)
    module.train()
    params = list(module.parameters())
    with torch.no_grad():
        for p in params:
            p.copy_(draw.array(tuple(p.shape), lambda x: 0.5 * x))
    x = draw.array((steps, n, m)).requires_grad_()
    y = f(module, x, lengths, **settings)
    if lengths:
        y = y * within(x, lengths)
    v = draw.array(tuple(y.shape))
    first = gradients(y, [x, *params], v)
    w = [draw.array(tuple(d.shape)) for d in first]
    second = gradients(dots(first, w), [x, *params])
    return {"kind": kind, "case": label, **settings, "params": [array(p) for p in params], "lengths": lengths or [],
            "x": array(x), "v": array(v), "y": array(y), "grads": [array(d) for d in first],
            "w": [array(d) for d in w], "second": [array(d) for d in second]}


def attentions():
    for n, heads, steps, m in [(1, 1, 1, 1), (4, 2, 3, 2), (6, 3, 5, 3), (3, 1, 4, 2)]:
        for causal in [False, True]:
            module = torch.nn.MultiheadAttention(n, heads)
            yield row("MultiHeadAttention", module, attention, n, steps, m, heads=heads, causal=causal)
            if m > 1:
                lengths = [1, steps, 2][:m]
                yield row("MultiHeadAttention", module, attention, n, steps, m, lengths, heads=heads, causal=causal)


def blocks():
    for first in [False, True]:
        for causal, lengths in [(False, None), (True, None), (True, [3, 1])]:
            module = torch.nn.TransformerEncoderLayer(4, 2, dim_feedforward=5, dropout=0, activation="gelu", norm_first=first)
            yield row("Transformer", module, block, 4, 3, 2, lengths, heads=2, causal=causal, hidden=5, behind=not first)


def recurrences():
    for kind, module in [("RNN", torch.nn.RNN), ("GRU", torch.nn.GRU), ("LSTM", torch.nn.LSTM)]:
        for n, hidden, steps, m in [(1, 1, 1, 1), (2, 3, 4, 2), (3, 2, 5, 3)]:
            yield row(kind, module(n, hidden), recurrent, n, steps, m, hidden=hidden)
            if m > 1:
                yield row(kind, module(n, hidden), recurrent, n, steps, m, [steps, 1, 3][:m], hidden=hidden)
    yield row("RNN", torch.nn.RNN(2, 3, nonlinearity="relu"), recurrent, 2, 3, 2, hidden=3, activation="relu")


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    rows = [row("LayerNorm", torch.nn.LayerNorm(3), norm, 3, 4, 2), *attentions(), *blocks(), *recurrences()]
    table.write("sequences.json", rows)


main()
