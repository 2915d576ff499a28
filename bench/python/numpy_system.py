"""The hand-derived formulas in NumPy, in buffers made once."""

import ctypes
import sys

import numpy as np

import worker


def blas():
    """What the loaded BLAS says of itself."""
    try:
        with open("/proc/self/maps") as f:
            files = {line.split()[-1] for line in f if "blas" in line}
    except OSError:
        return "unknown BLAS"
    for file in sorted(files):
        if "openblas" not in file.lower():
            continue
        library = ctypes.CDLL(file)
        for suffix in ("", "64_", "_64"):
            for prefix in ("", "scipy_"):
                name = prefix + "openblas_get_config" + suffix
                if hasattr(library, name):
                    config = getattr(library, name)
                    config.restype = ctypes.c_char_p
                    return config().decode().strip()
    return "a BLAS other than OpenBLAS"


def describe():
    python = ".".join(map(str, sys.version_info[:3]))
    return {"version": f"NumPy {np.__version__} on Python {python}", "blas": blas()}


def Net(problem):
    return Product(problem) if problem.rule == "product" else Network(problem)


class Product:
    def __init__(self, p):
        a = np.frombuffer(p.bytes("a"), p.dtype).reshape(p.a)
        b = np.frombuffer(p.bytes("b"), p.dtype).reshape(p.b)
        self.a, self.b = a.T if p.transA else a, b.T if p.transB else b
        self.c = np.empty((self.a.shape[0], self.b.shape[1]), p.dtype)

    def reset(self):
        pass

    def forget(self):
        pass

    def step(self):
        np.matmul(self.a, self.b, out=self.c)

    def values(self):
        return [self.c.tobytes()]


class Network:
    def __init__(self, p):
        def array(name, shape):
            return np.frombuffer(p.bytes(name), p.dtype).reshape(shape)

        self.p, self.m, self.tanh = p, p.examples, p.hidden == "tanh"
        X = array("x", (p.sizes[0], self.m))
        self.Y = array("y", (p.sizes[-1], self.m))
        self.initial = []
        for l, (out, n) in enumerate(p.layers(), 1):
            self.initial += [array(f"w{l}", (out, n)), array(f"b{l}", (out, 1))]
        self.params = [a.copy() for a in self.initial]
        self.grads = [np.empty_like(a) for a in self.initial]
        W, b, dW, db = self.params[::2], self.params[1::2], self.grads[::2], self.grads[1::2]
        self.A = [np.empty((w.shape[0], self.m), p.dtype) for w in W]
        self.dZ = [np.empty_like(a) for a in self.A]
        x, last = [X] + self.A, len(W) - 1
        self.up = [(W[l], b[l], x[l], x[l + 1], l < last) for l in range(last + 1)]
        self.down = [
            (self.dZ[l], x[l].T, dW[l], db[l], W[l].T, self.dZ[l - 1] if l > 0 else None, x[l])
            for l in range(last, -1, -1)
        ]
        self.loss = self.softmax_loss if p.output == "softmax" else self.sigmoid_loss
        self.step = {"forward": self.predict, "descent": self.descend, "adam": self.adam}[p.rule]
        self.rest = 1 - self.Y
        self.forget()

    def forget(self):
        self.t = 0
        self.means = [(np.zeros_like(a), np.zeros_like(a)) for a in self.initial]

    def reset(self):
        for p, a in zip(self.params, self.initial):
            p[:] = a

    def forward(self):
        """A of all hidden layers, Z of the last."""
        for W, b, x, a, hidden in self.up:
            np.matmul(W, x, a)
            a += b
            if hidden:
                if self.tanh:
                    np.tanh(a, a)
                else:
                    np.maximum(a, 0, a)
        return a

    def sigmoid_loss(self, z, dz):
        np.negative(z, out=dz)
        np.exp(dz, out=dz)
        dz += 1
        a = np.reciprocal(dz, out=dz)
        cost = -(np.vdot(self.Y, np.log(a)) + np.vdot(self.rest, np.log(1 - a))) / self.m
        dz -= self.Y
        dz /= self.m
        return cost

    def softmax_loss(self, z, dz):
        z -= np.maximum.reduce(z)
        np.exp(z, out=dz)
        s = np.add.reduce(dz)
        cost = (np.log(s).sum() - np.vdot(self.Y, z)) / self.m
        dz /= s
        dz -= self.Y
        dz /= self.m
        return cost

    def backward(self):
        for dz, xT, dW, db, WT, below, a in self.down:
            np.matmul(dz, xT, dW)
            np.add.reduce(dz, 1, None, db, True)  # np.sum takes a microsecond more
            if below is None:
                return
            np.matmul(WT, dz, below)
            if self.tanh:
                slope = a * a
                np.subtract(1, slope, slope)
                below *= slope
            else:
                below *= a > 0

    def gradients(self):
        cost = self.loss(self.forward(), self.dZ[-1])
        self.backward()
        return cost

    def descend(self):
        self.gradients()
        rate = self.p.rate
        for p, g in zip(self.params, self.grads):
            g *= rate
            p -= g

    def adam(self):
        self.gradients()
        self.t += 1
        b1, b2, eps = self.p.beta1, self.p.beta2, self.p.epsilon
        rate, c2 = self.p.rate / (1 - b1**self.t), 1 - b2**self.t
        for p, g, (m, v) in zip(self.params, self.grads, self.means):
            m *= b1
            m += (1 - b1) * g
            v *= b2
            np.square(g, out=g)
            g *= 1 - b2
            v += g
            np.divide(v, c2, out=g)
            np.sqrt(g, out=g)
            g += eps
            np.divide(m, g, out=g)
            g *= rate
            p -= g

    def predict(self):
        a = self.forward()
        if self.p.output == "softmax":
            a -= np.maximum.reduce(a)
            np.exp(a, out=a)
            a /= np.add.reduce(a)
        else:
            np.negative(a, out=a)
            np.exp(a, out=a)
            a += 1
            np.reciprocal(a, out=a)

    def cost(self):
        return float(self.gradients())

    def values(self):
        if self.p.rule == "forward":
            return [self.A[-1].tobytes()]
        self.gradients()
        return [g.tobytes() for g in self.grads]

    def parameters(self):
        return [p.tobytes() for p in self.params]


if __name__ == "__main__":
    worker.serve(sys.modules[__name__])
