"""What the Python systems of the benchmark share: requests from standard input,
one JSON object a line, replies to standard output.

A system is a module with a function describe(), which returns a dict, and a class
Net with

    Net(problem)        prepares a problem, whose arrays problem.array reads
    reset()             sets the initial parameters, in the memory there is
    forget()            sets the optimiser's state to that before the first step
    step()              takes a step, or computes the forward pass or product
    cost()              of the parameters as they are
    values()            the gradients, or the result of step, as bytes
    parameters()        as bytes

Arrays are files of numbers of the problem's dtype, row by row.
"""

import json
import os
import signal
import sys
import time


class Problem:
    """A problem as the request describes it."""

    def __init__(self, request):
        self.__dict__.update(request)

    def bytes(self, name):
        with open(os.path.join(self.folder, name), "rb") as f:
            return bytearray(f.read())

    def layers(self):
        """The shapes of the weights."""
        return [(out, n) for n, out in zip(self.sizes, self.sizes[1:])]


def check(net, request, training):
    """Writes what a check needs to a file and returns the cost."""
    net.reset()
    net.forget()
    cost, parts = 0.0, []
    if training:
        cost, parts = net.cost(), net.values()
        net.reset()
        for _ in range(request["steps"]):
            net.step()
        parts += net.parameters()
    else:
        net.step()
        parts = net.values()
    with open(request["file"], "wb") as f:
        for part in parts:
            f.write(part)
    return {"cost": cost}


def run(net, n):
    """Times n steps after one that does not count."""
    net.reset()
    net.step()
    net.reset()
    step = net.step
    start = time.perf_counter_ns()
    for _ in range(n):
        step()
    return {"ns": time.perf_counter_ns() - start}


def latency(ask, n):
    """The median and the 99th percentile of the time of n calls, in nanoseconds; a
    tenth more before them is not counted."""
    times = []
    for _ in range(n // 10):
        ask()
    for _ in range(n):
        start = time.perf_counter_ns()
        ask()
        times.append(time.perf_counter_ns() - start)
    times.sort()
    return {"p50_ns": times[n // 2], "p99_ns": times[n * 99 // 100]}


def answer(describe, handlers):
    """Answers requests: a handler takes one and returns the reply."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the benchmark ends its workers itself
    replies, sys.stdout = sys.stdout, sys.stderr

    def reply(what):
        replies.write(json.dumps(what) + "\n")
        replies.flush()

    reply(describe())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply(handlers[request["do"]](request))
        except Exception as e:  # the benchmark reports it and goes on
            reply({"error": f"{type(e).__name__}: {e}"})


def serve(system, **more):
    """Answers requests to a system, and those that more handles."""
    net = problem = None

    def prepare(request):
        nonlocal net, problem
        net, problem = None, Problem(request)
        net = system.Net(problem)
        return {}

    answer(
        system.describe,
        {
            "prepare": prepare,
            "check": lambda request: check(net, request, problem.rule in ("descent", "adam")),
            "run": lambda request: run(net, request["n"]),
            **more,
        },
    )
