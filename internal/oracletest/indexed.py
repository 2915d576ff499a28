"""The rows of operations with indices. An input of indices holds whole numbers, and its
gradient is zero."""

import torch

from rows import Case, anywhere, float32

GATHER = [((5,), 0, [4, 0, 4]), ((5,), -1, [[1, 2], [3, 3]]), ((3, 4), 0, [2, 0, 2, 1]), ((3, 4), 1, [3]), ((3, 4), -2, 1),
          ((1, 3), 0, [0, 0]), ((2, 3, 4), 1, [[2, 0], [1, 1]]), ((2, 3, 4), 2, [3, 3, 0]), ((2, 1, 3), 0, [1])]

SCATTER = [((3,), 0, 4, [1, 3, 1]), ((2, 3), 1, 2, [0, 1, 0]), ((2, 2, 3), 0, 5, [[4, 0], [0, 4]]), ((4, 3), -2, 2, [1, 1, 0, 1]),
           ((2, 3), 1, 3, 2), ((2, 1, 3), 1, 1, [0])]

AT = [((3,), 0, 1), ((3, 4), 0, -1), ((3, 4), -1, 0), ((2, 3, 4), 1, 2)]


def gather(x, index, axis):
    chosen = torch.index_select(x, axis, index.reshape(-1).long())
    return chosen.reshape(x.shape[:axis % x.dim()] + index.shape + x.shape[axis % x.dim() + 1:])


def scatter_add(index, y, axis, size):
    axis %= y.dim() - index.dim() + 1
    head, tail = y.shape[:axis], y.shape[axis + index.dim():]
    flat = y.reshape(head + (index.numel(),) + tail)
    return torch.zeros(head + (size,) + tail).index_add(axis, index.reshape(-1).long(), flat)


TAKE = [((4,), 0, [3, 0, 3, 1, 2]), ((3, 4), 1, [[0], [3], [2]]), ((3, 4), 0, [[2, 0, 1, 1]]), ((2, 3), -1, [[0, 0], [2, 1]]),
        ((2, 1, 3), 1, [[[0, 0, 0]], [[0, 0, 0]]])]

SCATTER_ALONG = [((3,), 0, 4, [1, 3, 1]), ((2, 3), 1, 2, [[0, 1, 0], [1, 1, 0]]), ((2, 3), -2, 3, [[2, 0, 1], [2, 2, 2]]),
                 ((1, 2, 2), 2, 1, [[[0, 0], [0, 0]]])]

ORDER = [((1,), 0), ((5,), 0), ((3, 4), 0), ((3, 4), -1), ((2, 3, 4), 1)]


def take_along(x, index, axis):
    return torch.gather(x, axis, index.long())


def scatter_along(index, y, axis, size):
    shape = list(y.shape)
    shape[axis] = size
    return torch.zeros(shape).scatter_add(axis, index.long(), y)


def order_cases():
    for shape, axis in ORDER:
        one = [(shape, anywhere)]
        yield Case("Sort", lambda x, axis: torch.sort(x, axis).values, one, axis=axis)
        yield Case("Argsort", lambda x, axis: torch.argsort(x, axis).double(), one, axis=axis)
        yield Case("Argmax", lambda x, axis: torch.argmax(x, axis).double(), one, axis=axis)
        yield Case("Argmin", lambda x, axis: torch.argmin(x, axis).double(), one, axis=axis)
        count = (shape[axis] + 1) // 2
        yield Case("TopK", lambda x, axis, count: torch.topk(x, count, axis).values, one, axis=axis, count=count)


def cases():
    yield from order_cases()
    for shape, axis, index in TAKE:
        yield Case("TakeAlong", take_along, [(shape, anywhere), float32(index)], note=str(index), axis=axis)
    for shape, axis, size, index in SCATTER_ALONG:
        yield Case("ScatterAddAlong", scatter_along, [float32(index), (shape, anywhere)], note=str(index), axis=axis, size=size)
    for shape, axis, index in GATHER:
        yield Case("Gather", gather, [(shape, anywhere), float32(index)], note=str(index), axis=axis)
    for shape, axis, size, index in SCATTER:
        yield Case("ScatterAdd", scatter_add, [float32(index), (shape, anywhere)], note=str(index), axis=axis, size=size)
    for shape, axis, place in AT:
        yield Case("At", lambda x, axis, place: x.select(axis, place), [(shape, anywhere)], axis=axis, place=place)
