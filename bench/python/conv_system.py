"""Convolutions in PyTorch, forward and backward, with oneDNN or without, whichever is faster."""

import time

import torch

import torch_system
import worker


class Conv:
    """Images of m examples, and the two ways to compute them."""

    def __init__(self, case):
        def array(*shape):
            n = torch.Size(shape).numel()
            return torch.sin(torch.arange(n, dtype=torch.float64) * 0.37).to(getattr(torch, case["dtype"])).reshape(shape)

        self.x = array(*case["image"]).permute(3, 0, 1, 2).contiguous().requires_grad_(case["inner"])
        self.w = array(*case["weights"]).requires_grad_()
        self.b = array(case["weights"][0]).requires_grad_()
        self.padding, self.backward = case["padding"], case["backward"]
        with torch.no_grad():
            y = self.forward()
        self.dy = array(*y.permute(1, 2, 3, 0).shape).permute(3, 0, 1, 2).contiguous()
        self.flag = min((True, False), key=lambda flag: (self.run(2, flag), self.run(5, flag))[1])

    def forward(self):
        return torch.nn.functional.conv2d(self.x, self.w, self.b, padding=self.padding)

    def step(self):
        if not self.backward:
            with torch.no_grad():
                return self.forward()
        self.x.grad = self.w.grad = self.b.grad = None
        y = self.forward()
        y.backward(self.dy)
        return y

    def run(self, n, flag=None):
        with torch.backends.mkldnn.flags(enabled=self.flag if flag is None else flag):
            start = time.perf_counter_ns()
            for _ in range(n):
                self.step()
            return time.perf_counter_ns() - start

    def sums(self):
        arrays = [self.step()]
        if self.backward:
            arrays += [a.grad for a in (self.w, self.b, self.x) if a.grad is not None]
        return [a.double().square().sum().item() for a in arrays]


conv = None


def prepare(request):
    global conv
    torch.set_num_threads(request["threads"])
    conv = Conv(request)
    return {"sums": conv.sums()}


worker.answer(torch_system.describe, {"prepare": prepare, "run": lambda request: {"ns": conv.run(request["n"])}})
