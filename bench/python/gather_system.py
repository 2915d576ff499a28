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
    w = torch.zeros(request["classes"], request["size"], dtype=dtype, requires_grad=request["backward"])
    tokens = torch.arange(request["tokens"]) * 7919 % request["classes"]
    dy = torch.zeros(request["tokens"], request["size"], dtype=dtype)

    def forward():
        with torch.no_grad():
            torch.nn.functional.embedding(tokens, w)

    def both():
        torch.autograd.grad(torch.nn.functional.embedding(tokens, w), w, dy)

    step = both if request["backward"] else forward
    step()
    return {"ready": True}


def run(request):
    start = time.perf_counter_ns()
    for _ in range(request["n"]):
        step()
    return {"ns": time.perf_counter_ns() - start}


worker.answer(torch_system.describe, {"prepare": prepare, "run": run})
