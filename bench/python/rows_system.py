"""Squared distances of all pairs of rows in PyTorch, by broadcasting."""

import time

import torch

import torch_system
import worker

step = None


def prepare(request):
    global step
    torch.set_num_threads(request["threads"])
    dtype = getattr(torch, request["dtype"])
    p = torch_system.sines(request["count"], request["length"]).to(dtype)
    q = -p

    def distances():
        with torch.no_grad():
            return [((p[:, None] - q[None]) ** 2).sum(-1)]

    step = distances
    return {"sums": [torch_system.weighed(result) for result in step()]}


def run(request):
    start = time.perf_counter_ns()
    for _ in range(request["n"]):
        step()
    return {"ns": time.perf_counter_ns() - start}


worker.answer(torch_system.describe, {"prepare": prepare, "run": run})
