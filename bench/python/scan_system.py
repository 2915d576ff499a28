"""An LSTM over many steps in PyTorch, with the gradients of its weights and inputs."""

import time

import torch

import torch_system
import worker

step = None


def prepare(request):
    global step
    torch.set_num_threads(request["threads"])
    dtype = getattr(torch, request["dtype"])
    n, examples = request["size"], request["examples"]
    lstm = torch.nn.LSTM(n, n).to(dtype)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch_system.sines(4 * n, n) / 4)
        lstm.weight_hh_l0.copy_(torch_system.sines(4 * n, n) / 4)
        lstm.bias_ih_l0.copy_(torch_system.sines(4 * n) / 4)
        lstm.bias_hh_l0.zero_()
    # Examples are columns there, and rows here.
    x = torch_system.sines(request["steps"], n, examples).transpose(1, 2).contiguous().to(dtype).requires_grad_()
    dh = torch_system.sines(n, examples).T.contiguous().to(dtype)
    wrt = [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, x]

    def step_once():
        _, (h, _) = lstm(x)
        return [h[0], *torch.autograd.grad(h[0], wrt, dh)]

    step = step_once
    h, w, u, b, dx = step()
    return {"sums": [torch_system.weighed(r.detach()) for r in (h.T, w, u, b, dx.transpose(1, 2))]}


def run(request):
    start = time.perf_counter_ns()
    for _ in range(request["n"]):
        step()
    return {"ns": time.perf_counter_ns() - start}


worker.answer(torch_system.describe, {"prepare": prepare, "run": run})
