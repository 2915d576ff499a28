"""Rows of a matrix that integers choose in PyTorch, alone or with the matrix's gradient."""

import time

import torch

import torch_system
import worker

step = None


def prepare(request):
    global step
    torch.set_num_threads(request["threads"])
    dtype = getattr(torch, request["dtype"])
    w = torch_system.sines(request["classes"], request["size"]).to(dtype).requires_grad_(request["backward"])
    tokens = torch.arange(request["tokens"]) * 7919 % request["classes"]
    dy = torch_system.sines(request["tokens"], request["size"]).to(dtype)

    def forward():
        with torch.no_grad():
            return [torch.nn.functional.embedding(tokens, w)]

    def both():
        y = torch.nn.functional.embedding(tokens, w)
        return [y, *torch.autograd.grad(y, w, dy)]

    step = both if request["backward"] else forward
    return {"sums": [torch_system.weighed(result.detach()) for result in step()]}


def run(request):
    start = time.perf_counter_ns()
    for _ in range(request["n"]):
        step()
    return {"ns": time.perf_counter_ns() - start}


worker.answer(torch_system.describe, {"prepare": prepare, "run": run})
