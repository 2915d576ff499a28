"""Compares kernel.Gemm with OpenBLAS, one thread each, in interleaved rounds.

    python3 bench/gemm/openblas.py [avx512|avx2] [round count] [shape ...]

A shape is named as in `go test -bench Gemm ./internal/kernel`, for example
1024x1024x1024NN/f32. With avx2, OpenBLAS uses its Haswell kernels. Needs
OpenBLAS (Debian: libopenblas0-pthread) and numpy. Prints for every shape the best
times and the median over the rounds of OpenBLAS's time by ours.
"""

import ctypes
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

SHAPES = ["1024x1024x1024NN/f32", "1024x1024x1024NN/f64", "256x256x256NN/f32", "256x256x256NN/f64",
          "128x64x784NT/f32", "128x784x64NN/f32", "512x256x784NT/f32", "512x784x256NN/f32"]
SECONDS = 0.1  # per measurement
ROW_MAJOR, NO_TRANS, TRANS = 101, 111, 112


def parse(shape):
    m, n, k, trans, dtype = re.fullmatch(r"(\d+)x(\d+)x(\d+)([NT]{2})/(f32|f64)", shape).groups()
    return int(m), int(n), int(k), trans, dtype


def openblas(numpy, lib, shape):
    """Returns the nanoseconds of a product, the best of batches."""
    m, n, k, trans, dtype = parse(shape)
    real, scalar, gemm = ((numpy.float32, ctypes.c_float, lib.cblas_sgemm) if dtype == "f32"
                          else (numpy.float64, ctypes.c_double, lib.cblas_dgemm))
    a, b, c = (numpy.random.randn(size).astype(real) for size in (m * k, k * n, m * n))
    pointer = lambda x: x.ctypes.data_as(ctypes.c_void_p)
    args = (ROW_MAJOR, TRANS if trans[0] == "T" else NO_TRANS, TRANS if trans[1] == "T" else NO_TRANS, m, n, k,
            scalar(1), pointer(a), m if trans[0] == "T" else k, pointer(b), k if trans[1] == "T" else n,
            scalar(0), pointer(c), n)
    gemm.restype = None
    gemm(*args)
    count = max(1, int(1e6 / (m * n * k)))
    best, end = float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(count):
            gemm(*args)
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e9


def ours(binary, level, shape):
    """Returns the nanoseconds of a product, the best of batches."""
    name, dtype = shape.split("/")
    m, n, k, _, _ = parse(shape)
    out = subprocess.run([binary, "-test.run=^$", f"-test.bench=^BenchmarkGemm$/^{level}$/^{name}$/^{dtype}$",
                          f"-test.benchtime={SECONDS}s"], capture_output=True, text=True, check=True).stdout
    return 2 * m * n * k / float(re.search(r"([\d.]+) best-GFLOPS", out).group(1))


def main():
    level = sys.argv[1] if len(sys.argv) > 1 else "avx512"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if level == "avx2":
        os.environ["OPENBLAS_CORETYPE"] = "Haswell"
    import numpy  # only now: it may load OpenBLAS, which reads the environment
    lib = ctypes.CDLL("libopenblas.so.0")
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "kernel.test")
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
        subprocess.run(["go", "test", "-c", "-o", binary, "./internal/kernel"], cwd=root, check=True)
        for shape in sys.argv[3:] or SHAPES:
            m, n, k, _, _ = parse(shape)
            pairs = [(openblas(numpy, lib, shape), ours(binary, level, shape)) for _ in range(rounds)]
            theirs, mine = min(p[0] for p in pairs), min(p[1] for p in pairs)
            ratio = statistics.median(p[0] / p[1] for p in pairs)
            print(f"{level} {shape:22} ours {mine / 1e3:10.1f} µs {2 * m * n * k / mine:6.1f} GFLOP/s   "
                  f"OpenBLAS {theirs / 1e3:10.1f} µs {2 * m * n * k / theirs:6.1f} GFLOP/s   "
                  f"speed by OpenBLAS's {ratio:.3f}", flush=True)


if __name__ == "__main__":
    main()
