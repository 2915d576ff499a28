"""The networks in PyTorch: its layers' functions, its costs, its autograd, its
Adam. Examples are rows, as PyTorch wants them, and classes are numbers."""

import sys

import torch
from torch.nn import functional as F

import worker


def sines(*shape):
    """What the arrays hold, on both sides."""
    n = 1
    for size in shape:
        n *= size
    return torch.sin(torch.arange(n, dtype=torch.float64)).reshape(shape)


def weighed(result):
    """Each entry times a number of its place, added up."""
    flat = result.reshape(-1).to(torch.float64)
    return float((flat * torch.cos(torch.arange(len(flat), dtype=torch.float64))).sum())


def describe():
    python = ".".join(map(str, sys.version_info[:3]))
    return {"version": f"PyTorch {torch.__version__} on Python {python}"}


def Net(problem):
    torch.set_num_threads(problem.threads)
    return Network(problem)


def reader(p):
    dtype = getattr(torch, p.dtype)
    return lambda name, *shape: torch.frombuffer(p.bytes(name), dtype=dtype).reshape(shape)


def raw(tensor):
    return bytes(tensor.detach().contiguous().flatten().view(torch.uint8).tolist())


class Network:
    def __init__(self, p):
        array = reader(p)
        self.p, self.m = p, p.examples
        self.X = array("x", p.sizes[0], self.m).T.contiguous()
        self.Y = array("y", p.sizes[-1], self.m).T.contiguous()
        if p.output == "softmax":
            self.Y = self.Y.argmax(dim=1)
        self.initial = []
        for l, (out, n) in enumerate(p.layers(), 1):
            self.initial += [array(f"w{l}", out, n), array(f"b{l}", out)]
        self.params = [a.clone().requires_grad_(p.rule != "forward") for a in self.initial]
        self.pairs = list(zip(self.params[::2], self.params[1::2]))
        self.g = torch.tanh if p.hidden == "tanh" else torch.relu
        self.step = {"forward": self.predict, "descent": self.descend, "adam": self.adam}[p.rule]
        self.forget()

    def forget(self):
        if self.p.rule == "adam":
            self.optimizer = torch.optim.Adam(
                self.params, lr=self.p.rate, betas=(self.p.beta1, self.p.beta2), eps=self.p.epsilon
            )

    def reset(self):
        with torch.no_grad():
            for p, a in zip(self.params, self.initial):
                p.copy_(a)

    def forward(self):
        x = self.X
        for W, b in self.pairs[:-1]:
            x = self.g(F.linear(x, W, b))
        return F.linear(x, *self.pairs[-1])

    def loss(self):
        z = self.forward()
        if self.p.output == "softmax":
            return F.cross_entropy(z, self.Y)
        return F.binary_cross_entropy_with_logits(z, self.Y)  # one output: the mean is that over examples

    def descend(self):
        grads = torch.autograd.grad(self.loss(), self.params)
        with torch.no_grad():
            torch._foreach_add_(self.params, grads, alpha=-self.p.rate)

    def adam(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()

    def predict(self):
        with torch.inference_mode():
            z = self.forward()
            self.A = torch.softmax(z, dim=1) if self.p.output == "softmax" else torch.sigmoid(z)

    def cost(self):
        return self.loss().item()

    def values(self):
        if self.p.rule == "forward":
            return [raw(self.A.T)]
        return [raw(g) for g in torch.autograd.grad(self.loss(), self.params)]

    def parameters(self):
        return [raw(p) for p in self.params]


def predict(request):
    """Times predictions of a network of ReLU and softmax, as Go's serve does."""
    torch.set_num_threads(1)
    dtype, sizes = torch.float64, request["sizes"]
    net = torch.nn.Sequential()
    for l, (n, out) in enumerate(zip(sizes, sizes[1:])):
        layer = torch.nn.Linear(n, out, dtype=dtype)
        layer.weight.data = torch.tensor(request["weights"][l], dtype=dtype).reshape(out, n)
        layer.bias.data = torch.tensor(request["biases"][l], dtype=dtype)
        net.append(layer)
        net.append(torch.nn.ReLU() if l < len(sizes) - 2 else torch.nn.Softmax(dim=1))
    x = torch.tensor(request["x"], dtype=dtype).reshape(-1, sizes[0])
    with torch.inference_mode():
        return {"outputs": net(x).flatten().tolist(), **worker.latency(lambda: net(x), request["n"])}


if __name__ == "__main__":
    worker.serve(sys.modules[__name__], predict=predict)
