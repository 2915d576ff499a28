"""Fails unless a file holds the arrays of the test."""
import sys

import numpy as np

WANT = {
    "W1": np.array([[1.5, -0.0, 5e-324], [1, 2, 3]]),
    "net.b": np.array([[0.1], [3e38]], "f4"),
    "step": np.array(-(2**62) - 1),
    "bytes": np.array([1, 2, 255], "u1"),
}
got = np.load(sys.argv[1])
assert sorted(got.files) == sorted(WANT), got.files
for name, a in WANT.items():
    b = got[name]
    assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), (name, b)
