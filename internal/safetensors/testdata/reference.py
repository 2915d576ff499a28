"""Reads or writes a file by the rules of the format's description, with NumPy.

write FILE: writes the arrays of arrays(); read FILE: fails unless they are in it.
"""
import json
import struct
import sys

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U8": "u1"}
METADATA = {"key": 'a "text" with \u2200, \U0001f600 and\n', "": ""}


def arrays():
    return {
        "step": np.array(-(2**62) - 1, "<i8"),
        "W1": np.array([[1.5, -0.0, 5e-324], [np.inf, -np.pi, 1e300]], "<f8"),
        "b\u00e9": np.array([[0.1], [3e38]], "<f4"),
        "none": np.zeros((0, 3), "<f4"),
        "bytes": np.arange(250, 256).astype("u1"),
    }


def write(path):
    header, data = {"__metadata__": METADATA}, b""
    order = list(TYPES.values())
    rank = lambda item: (order.index({"<f8": "<f8", "<f4": "<f4", "<i8": "<i8", "|u1": "u1"}[item[1].dtype.str]), item[0])
    for name, a in sorted(arrays().items(), key=rank):
        kind = next(k for k, v in TYPES.items() if np.dtype(v) == a.dtype)
        header[name] = {"dtype": kind, "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    with open(path, "rb") as f:
        content = f.read()
    (n,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + n]), content[8 + n :]
    assert (8 + n) % 8 == 0 and content[8:9] == b"{"
    assert header.pop("__metadata__") == METADATA
    want, end = arrays(), 0
    assert sorted(header) == sorted(want), sorted(header)
    for name, h in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = h["data_offsets"]
        assert start == end
        end = stop
        a = np.frombuffer(data[start:stop], TYPES[h["dtype"]]).reshape(h["shape"])
        assert a.dtype == want[name].dtype and a.tobytes() == want[name].tobytes() and a.shape == want[name].shape, name
    assert end == len(data)


{"write": write, "read": read}[sys.argv[1]](sys.argv[2])
