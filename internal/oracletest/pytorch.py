"""Writes testdata/pytorch.json: values and gradients of all operations, losses
and some networks of this library, as PyTorch computes them in float64.

Run it from the root of the repository, with PyTorch 1.13 of Debian (package
python3-torch):

    /usr/bin/python3 internal/oracletest/pytorch.py

The table is a JSON array with one row per line. Arrays are {"shape", "data"},
row-major, and hold no infinity and no NaN. Every number that goes in is a
float32, so that the table serves both dtypes. Random numbers depend on the
name of their row only: a new row leaves the others as they are.

The rows of kind "op" are in pointwise.py, arrays.py, moves.py, indexed.py, images.py
and costs.py, those of kind "net" in networks.py; rows.py says what a row holds.
"""

import itertools
import json
import math
import pathlib
import sys

import torch

sys.dont_write_bytecode = True

import arrays
import costs
import images
import indexed
import moves
import networks
import pointwise
from rows import op_row


def number(x):
    """The shortest text that reads back as x; 0 for -0."""
    if not math.isfinite(x):
        raise ValueError(f"{x} in the table")
    return repr(x + 0.0).removesuffix(".0")


def encode(value):
    """JSON on one line, with tensors as {"shape", "data"}."""
    if torch.is_tensor(value):
        value = value.detach().clone()  # a gradient of zeros may have no storage
        data = ",".join(map(number, value.reshape(-1).tolist()))
        return '{"shape":%s,"data":[%s]}' % (encode(list(value.shape)), data)
    if isinstance(value, dict):
        return "{%s}" % ",".join(f"{json.dumps(k)}:{encode(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "[%s]" % ",".join(map(encode, value))
    return json.dumps(value)


def encode_row(row):
    try:
        return encode(row)
    except ValueError as err:
        raise ValueError(f"{row['case']}: {err}") from err


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    cases = itertools.chain(pointwise.cases(), arrays.cases(), moves.cases(), images.cases(), costs.cases(), indexed.cases())
    rows = [op_row(c) for c in cases] + list(networks.rows())
    labels = [row["case"] for row in rows]
    doubles = {x for x in labels if labels.count(x) > 1}
    assert not doubles, f"several rows have the same name: {doubles}"
    path = pathlib.Path(__file__).parent / "testdata" / "pytorch.json"
    path.write_text("[\n" + ",\n".join(map(encode_row, rows)) + "\n]\n")
    print(f"{len(rows)} rows, {path.stat().st_size / 1e6:.2f} MB in {path}")


main()
