"""The networks in PyTorch: its layers' functions, its costs, its autograd, its
Adam. Examples are rows, as PyTorch wants them, and classes are numbers."""

import sys

import torch
from torch.nn import functional as F

import worker


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


if __name__ == "__main__":
    worker.serve(sys.modules[__name__])
