"""Squared distances of all pairs of rows in PyTorch, by broadcasting."""

import time

import torch

import torch_system
import worker

step = None


def numbers(*shape):
    n = shape[0] * shape[1]
    return torch.sin(torch.arange(n, dtype=torch.float64)).reshape(shape)


def weighed(result):
    flat = result.reshape(-1).to(torch.float64)
    return float((flat * torch.cos(torch.arange(len(flat), dtype=torch.float64))).sum())


def prepare(request):
    global step
    torch.set_num_threads(request["threads"])
    dtype = getattr(torch, request["dtype"])
    p = numbers(request["count"], request["length"]).to(dtype)
    q = -p

    def distances():
        with torch.no_grad():
            return [((p[:, None] - q[None]) ** 2).sum(-1)]

    step = distances
    return {"sums": [weighed(result) for result in step()]}


def run(request):
    start = time.perf_counter_ns()
    for _ in range(request["n"]):
        step()
    return {"ns": time.perf_counter_ns() - start}


worker.answer(torch_system.describe, {"prepare": prepare, "run": run})
