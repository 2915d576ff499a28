"""The rows of operations on whole arrays: reductions, products, new shapes."""

import functools
import operator

import torch

from rows import Case, anywhere, float32, whole

# All sets of axes of some shapes; [] stands for all axes.
AXES = {
    (): [[]],
    (1,): [[], [0]],
    (4,): [[], [0], [-1]],
    (2, 3): [[], [0], [1], [-1], [0, 1]],
    (3, 1): [[], [0], [1]],
    (2, 3, 2): [[], [0], [1], [2], [-2], [0, 1], [2, 0], [1, 2], [0, -1], [0, 1, 2]],
}

EXTREME = [[-100, -50, -30, 0], [0, 50, 1e-8, 100], [100, 50, -1e-8, 100], [30, -50, -30, -100]]


def all_of(x, axes):
    return axes or list(range(x.dim()))


def mean(x, axes, keep):
    return x.mean(dim=all_of(x, axes), keepdim=keep)


def variance(x, axes, keep):
    return x.var(dim=all_of(x, axes), unbiased=False, keepdim=keep)


def logsumexp(x, axes, keep):
    return torch.logsumexp(x, dim=all_of(x, axes), keepdim=keep)


def log_softmax(x, axes):
    if len(axes) == 1:
        return torch.log_softmax(x, axes[0])
    if len(all_of(x, axes)) == x.dim():
        return torch.log_softmax(x.reshape(-1), 0).reshape(x.shape)
    return x - logsumexp(x, axes, True)


def softmax(x, axes):
    if len(axes) == 1:
        return torch.softmax(x, axes[0])
    if len(all_of(x, axes)) == x.dim():
        return torch.softmax(x.reshape(-1), 0).reshape(x.shape)
    return torch.exp(x - logsumexp(x, axes, True))


def prod(x, axes, keep):
    # The derivatives of torch.prod are of no use where entries are zero.
    for axis in sorted((a % x.dim() for a in all_of(x, axes)), reverse=True):
        own = functools.reduce(operator.mul, x.unbind(axis))
        own = own.unsqueeze(axis) if keep else own
        assert torch.allclose(own, x.prod(dim=axis, keepdim=keep), rtol=1e-14, atol=1e-14)
        x = own
    return x


def root(v):
    # With the derivative 0 at 0, where that of torch.sqrt is infinite.
    return torch.where(v == 0, torch.zeros_like(v), torch.sqrt(torch.where(v == 0, torch.ones_like(v), v)))


REDUCTIONS = {
    "Sum": lambda x, axes, keep: x.sum(dim=all_of(x, axes), keepdim=keep),
    "Mean": mean,
    "Max": lambda x, axes, keep: x.amax(dim=all_of(x, axes), keepdim=keep),
    "Min": lambda x, axes, keep: x.amin(dim=all_of(x, axes), keepdim=keep),
    "Variance": variance,
    "LogSumExp": logsumexp,
    "Prod": prod,
    "Norm": lambda x, axes, keep: root(x.square().sum(dim=all_of(x, axes), keepdim=keep)),
    "Std": lambda x, axes, keep: root(variance(x, axes, keep)),
}


def reduction(name, keep):
    f = REDUCTIONS[name]
    return name + "KeepDims" * keep, lambda x, axes: f(x, axes, keep)


def reduction_cases():
    for base in REDUCTIONS:
        for keep in (False, True):
            name, f = reduction(base, keep)
            yield from over_axes(name, f)
            if base in ("Max", "Min"):
                yield from over_axes(name, f, whole, smooth=False, note="ties")
            if base == "LogSumExp":
                yield from extremes(name, f)
            if base == "Prod":
                yield from over_axes(name, f, whole, note="zeros")
    for name, f in {"Softmax": softmax, "LogSoftmax": log_softmax}.items():
        yield from over_axes(name, f)
        yield from extremes(name, f)


def over_axes(name, f, domain=anywhere, **kind):
    for shape, sets in AXES.items():
        for axes in sets:
            yield Case(name, f, [(shape, domain)], **kind, axes=axes)


def extremes(name, f):
    for axes in ([], [0], [1]):
        yield Case(name, f, [float32(EXTREME)], note="extreme", axes=axes)


# Leading axes of the factors, and sizes (n,k)·(k,m).
BATCHES = [((2,), (2,)), ((), (2,)), ((2,), ()), ((1,), (3,)), ((3,), (1,)), ((2, 1), (3,)), ((2, 2), (2, 2))]
SIZES = [(1, 1, 1), (2, 3, 4), (1, 4, 1), (3, 1, 2), (1, 1, 3)]


def matmul(a, b, transA=False, transB=False):
    return (a.mT if transA else a) @ (b.mT if transB else b)


def product_cases():
    shapes = [((), (), s) for s in SIZES] + [(a, b, (2, 3, 2)) for a, b in BATCHES] + [((2,), (2,), (1, 2, 3))]
    for lead_a, lead_b, (n, k, m) in shapes:
        yield Case("MatMul", matmul, [((*lead_a, n, k), anywhere), ((*lead_b, k, m), anywhere)])
        for flags in range(4):
            ta, tb = bool(flags & 1), bool(flags & 2)
            a = (k, n) if ta else (n, k)
            b = (m, k) if tb else (k, m)
            yield Case("MatMulTrans", matmul, [((*lead_a, *a), anywhere), ((*lead_b, *b), anywhere)],
                       transA=ta, transB=tb)
    for shape in ((), (1,), (4,), (2, 3), (2, 1, 3)):
        yield Case("Dot", lambda a, b: (a * b).sum(), [(shape, anywhere)] * 2)
    for n, m in ((1, 1), (3, 1), (1, 4), (3, 4)):
        yield Case("Outer", torch.outer, [((n,), anywhere), ((m,), anywhere)])


TRANSPOSE = [((), []), ((4,), []), ((2, 3), []), ((2, 3), [1, 0]), ((2, 3), [0, 1]), ((1, 4), []), ((2, 1, 3), []),
             ((2, 3, 4), [1, 2, 0]), ((2, 3, 4), [0, 2, 1]), ((2, 3, 4), [2, 0, 1]), ((2, 3, 1, 2), [3, 1, 0, 2])]

RESHAPE = [((), []), ((), [1]), ((1,), []), ((1, 1), []), ((2, 3), [6]), ((2, 3), [3, 2]), ((6,), [2, 3]),
           ((2, 1, 3), [1, 6, 1]), ((2, 3, 2), [3, 4]), ((2, 3), [2, 3])]

BROADCAST = [((), [2, 3]), ((1,), [4]), ((3,), [2, 3]), ((2, 1), [2, 3]), ((1, 3), [2, 3]), ((2, 3), [2, 3]),
             ((2, 1, 3), [2, 2, 3]), ((1, 1), [2, 2, 3]), ((), [])]

CUMSUM = [((1,), 0), ((4,), 0), ((4,), -1), ((2, 3), 0), ((2, 3), 1), ((3, 1), 1), ((2, 3, 4), 1), ((2, 3, 4), -3)]

SLICE = [((4,), 0, 1, 3), ((4,), -1, 0, 4), ((2, 3), 0, 1, 2), ((2, 3), 1, 0, 2), ((2, 3), -1, 2, 3),
         ((2, 3), -2, 0, 1), ((2, 3, 4), 1, 1, 3), ((2, 3, 4), 2, 0, 1), ((2, 3, 4), 0, 0, 2)]

CONCAT = [(0, [(4,)]), (0, [(1,), (3,)]), (0, [(2, 3), (1, 3)]), (1, [(2, 3), (2, 1), (2, 2)]), (-1, [(2, 1), (2, 2)]),
          (-2, [(1, 2), (3, 2)]), (1, [(2, 1, 3), (2, 2, 3)]), (2, [(2, 1, 3), (2, 1, 1)]), (0, [(1, 2, 2), (2, 2, 2)])]

# Steps, units, examples, and how many steps are made, 0 for all.
SCAN = [(1, 1, 1, 0), (3, 2, 1, 0), (5, 1, 3, 2), (4, 3, 2, 3)]


def shape_cases():
    for shape, perm in TRANSPOSE:
        yield Case("Transpose", lambda x, perm: x.permute(perm or list(range(x.dim()))[::-1]),
                   [(shape, anywhere)], perm=perm)
    for shape, axis in CUMSUM:
        yield Case("CumSum", lambda x, axis: torch.cumsum(x, axis), [(shape, anywhere)], axis=axis)
    for shape, sizes in RESHAPE:
        yield Case("Reshape", lambda x, sizes: x.reshape(sizes), [(shape, anywhere)], sizes=sizes)
    for shape, sizes in BROADCAST:
        yield Case("BroadcastTo", lambda x, sizes: x.expand(sizes), [(shape, anywhere)], sizes=sizes)
    for shape, axis, start, end in SLICE:
        yield Case("Slice", lambda x, axis, start, end: x.narrow(axis, start, end - start),
                   [(shape, anywhere)], axis=axis, start=start, end=end)
    for axis, shapes in CONCAT:
        yield Case("Concat", lambda *x, axis: torch.cat(x, axis), [(s, anywhere) for s in shapes], axis=axis)
    for steps, n, m, end in SCAN:
        shapes = [((n, n), anywhere), ((n, m), anywhere), ((steps, n, m), anywhere)]
        yield Case("Scan", lambda w, h, x, end: recurrence(w, h, x, end)[0], shapes, end=end)
        yield Case("ScanKept", lambda w, h, x, end: recurrence(w, h, x, end)[1], shapes, end=end)
    for n, m in ((1, 1), (3, 2)):
        shapes = [((n, n), anywhere), ((n, m), anywhere)]
        yield Case("While", lambda w, h: growth(w, h)[0], shapes)
        yield Case("WhileKept", lambda w, h: growth(w, h)[0] * growth(w, h)[1], shapes)
    for shape in (1,), (3,), (2, 2), (4,), (2, 3):
        yield Case("Cond", by_branch, [(shape, anywhere), (shape, anywhere)])
    for classes, numbers in ((1, [0]), (3, [2]), (3, [0, 2, 1, 1]), (5, [4, 0, 0])):
        for x in (float32(numbers), float32([numbers])):
            yield Case("OneHot", one_hot, [x], smooth=False, classes=classes)


def recurrence(w, h, x, end):
    kept = []
    for t in range(len(x)):
        if end == 0 or t < end:
            h = torch.tanh(w @ h + x[t])
            kept.append(h * x[t])
        else:
            kept.append(torch.zeros_like(h))
    return h, torch.stack(kept)


def growth(w, h):
    steps = 0
    while torch.sum(h * h) < 50:
        h = w @ torch.tanh(h) + 1.5 * h + 0.25
        steps += 1
    return h, steps


def by_branch(x, y):
    return torch.tanh(x) * y if torch.sum(x) > 0 else torch.exp(x) - y * y


def one_hot(x, classes):
    return torch.nn.functional.one_hot(x.reshape(-1).long(), classes).T.double()


def layer_jacobian(w, x):
    """The derivatives of tanh(w·x) with respect to x, the last axes those of x."""
    return torch.autograd.functional.jacobian(lambda x: torch.tanh(w @ x), x, create_graph=True)


def layer_jvp(w, x, v):
    """The derivative of tanh(w·x) where x moves along v."""
    return torch.autograd.functional.jvp(lambda x: torch.tanh(w @ x), x, v, create_graph=True)[1]


def layer_vmap(w, x):
    """The softmax of w·x over the rows, of every x along the first axis."""
    return torch.stack([torch.softmax(w @ one, 0) for one in x])


def jacobian_cases():
    for n, k, m in ((1, 1, 1), (2, 3, 1), (3, 1, 2), (2, 2, 2)):
        yield Case("Jacobian", layer_jacobian, [((n, k), anywhere), ((k, m), anywhere)])


def many_cases():
    for n, k, m in ((1, 1, 1), (2, 3, 1), (3, 1, 2), (5, 3, 4)):
        yield Case("JVP", layer_jvp, [((n, k), anywhere), ((k, m), anywhere), ((k, m), anywhere)])
        for slices in (1, 3):
            yield Case("Vmap", layer_vmap, [((n, k), anywhere), ((slices, k, m), anywhere)])


def cases():
    yield from reduction_cases()
    yield from product_cases()
    yield from shape_cases()
    yield from jacobian_cases()
    yield from many_cases()
