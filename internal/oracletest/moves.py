"""The rows of operations that cut, pad, repeat and put together arrays, or go along an axis."""

import torch

from rows import Case, anywhere, float32


def indices(along, n):
    """The indices of a range of an axis of n entries, as graph.Range has them."""
    start, to, step = along
    step = step or 1
    start = start + n if start < 0 else start or (0 if step > 0 else n - 1)
    to = to + n if to < 0 else to or (n if step > 0 else -1)
    return list(range(start, to, step))


def part(x, ranges):
    for axis, along in enumerate(ranges):
        x = x.index_select(axis, torch.tensor(indices(along, x.shape[axis])))
    return x


def set_slice(x, y, ranges):
    """By a mask, and the part spread by index_add."""
    wide = y.expand(part(x, ranges).shape)
    mask = torch.ones_like(wide)
    for axis, along in reversed(list(enumerate(ranges))):
        at = torch.tensor(indices(along, x.shape[axis]))
        shape = list(wide.shape)
        shape[axis] = x.shape[axis]
        wide = torch.zeros(shape).index_add(axis, at, wide)
        mask = torch.zeros(shape).index_add(axis, at, mask)
    return torch.where(mask > 0, wide, x)


def pad(x, value, pads):
    flat = [n for before, behind in reversed(pads) for n in (before, behind)]
    return torch.nn.functional.pad(x, [0, 0] * (x.dim() - len(pads)) + flat, value=value)


def tile(x, sizes):
    return x.repeat(sizes + [1] * (x.dim() - len(sizes)))


def split(x, axis, sizes):
    """Parts that are told apart by a factor, one behind the other."""
    return torch.cat([(i + 1) * p.square() for i, p in enumerate(x.split(sizes, axis))], axis)


def cumulated(f):
    """f along an axis, from the last entry on if that is asked for."""
    return lambda x, axis, reverse: f(x.flip(axis), axis).flip(axis) if reverse else f(x, axis)


def cumprod(x, axis):
    """By products of entries: torch.cumprod divides in its derivatives."""
    parts = list(x.unbind(axis))
    for i in range(1, len(parts)):
        parts[i] = parts[i - 1] * parts[i]
    return torch.stack(parts, axis)


def recurrence(a, b, axis):
    a, b = torch.broadcast_tensors(a, b)
    h = list(b.unbind(axis))
    for t, factor in enumerate(a.unbind(axis)):
        if t > 0:
            h[t] = factor * h[t - 1] + h[t]
    return torch.stack(h, axis)


RANGES = [((5,), [[0, 0, 2]]), ((5,), [[0, 0, -1]]), ((5,), [[1, 5, 3]]), ((1,), [[0, 0, -1]]), ((5,), [[-2, 0, -2]]),
          ((3, 4), [[0, 0, 2], [0, 0, -1]]), ((3, 4), [[0, 0, 0], [3, 1, -1]]), ((2, 3, 5), [[0, 0, -1], [0, 0, 0], [1, -1, 2]])]

SET = [((5,), (3,), [[0, 0, 2]]), ((5,), (), [[1, 3, 0]]), ((1,), (1,), [[0, 0, 0]]), ((3, 4), (1, 4), [[1, 2, 0]]),
       ((3, 4), (3, 2), [[0, 0, -1], [0, 0, 2]]), ((3, 4), (2,), [[0, 0, 2], [1, 3, 0]]),
       ((2, 3, 5), (2, 1, 3), [[0, 0, 0], [1, 2, 0], [0, 0, -2]])]

PAD = [((3,), 0, [[1, 2]]), ((3,), 1.5, [[0, 1]]), ((1, 1), 0, [[1, 1], [2, 0]]), ((2, 3), -2, [[0, 0], [1, 2]]),
       ((2, 3, 1), 0, [[1, 0], [0, 2], [1, 1]]), ((2, 3), 0, [[1, 0]])]

TILE = [((3,), [2]), ((1, 3), [3, 2]), ((2, 3), [2]), ((2, 3), [1, 3]), ((2, 3, 1), [2, 1, 3]), ((2, 3), [1, 1])]

SPLIT = [((5,), 0, [2, 3]), ((1,), 0, [1]), ((3, 4), -1, [1, 2, 1]), ((3, 4), 0, [3]), ((4, 1, 3), 0, [1, 1, 2])]

ALONG = [((1,), 0), ((5,), 0), ((2, 3), 0), ((2, 3), -1), ((2, 3, 4), 1)]

STACK = [(0, [()]), (0, [(), ()]), (0, [(3,), (3,)]), (1, [(3,), (3,), (3,)]), (-1, [(2, 3), (2, 3)]), (1, [(2, 1), (2, 1)])]


def cases():
    for shape, ranges in RANGES:
        yield Case("Slice", part, [(shape, anywhere)], ranges=ranges)
    for shape, axes in (((3,), []), ((1, 4), [1]), ((2, 3), [0]), ((2, 3), []), ((2, 3, 5), [0, -1])):
        yield Case("Flip", lambda x, axes: x.flip(axes or list(range(x.dim()))), [(shape, anywhere)], axes=axes)
    for shape, of, ranges in SET:
        yield Case("SetSlice", set_slice, [(shape, anywhere), (of, anywhere)], ranges=ranges)
    for shape, value, pads in PAD:
        yield Case("Pad", pad, [(shape, anywhere)], value=value, pads=pads)
    for shape, sizes in TILE:
        yield Case("Tile", tile, [(shape, anywhere)], sizes=sizes)
    for shape, axis, sizes in SPLIT:
        yield Case("Split", split, [(shape, anywhere)], axis=axis, sizes=sizes)
    for axis, shapes in STACK:
        yield Case("Stack", lambda *x, axis: torch.stack(x, axis), [(s, anywhere) for s in shapes], axis=axis)
    for shape, axis in ALONG:
        for reverse in (False, True):
            yield Case("CumProd", cumulated(cumprod), [(shape, anywhere)], axis=axis, reverse=reverse)
            yield Case("CumLogSumExp", cumulated(torch.logcumsumexp), [(shape, anywhere)], axis=axis, reverse=reverse)
    yield Case("CumProd", cumulated(cumprod), [float32([[0, 2, -1, 3], [2, 0, 5, 0]])], note="zeros", axis=1, reverse=False)
    yield Case("CumLogSumExp", cumulated(torch.logcumsumexp), [float32([-50, 100, 99, 0, 101])], note="far", axis=0, reverse=False)
    for a, b, axis in (((3,), (3,), 0), ((1,), (1,), 0), ((), (2, 4), 1), ((4, 1), (4, 3), 0), ((2, 3, 4), (2, 3, 4), -2)):
        yield Case("Recurrence", recurrence, [(a, anywhere), (b, anywhere)], axis=axis)
    for shape in ((1, 1), (3, 3), (2, 4), (4, 2), (2, 3, 3)):
        for diagonal in (0, 1, -2):
            yield Case("Tril", torch.tril, [(shape, anywhere)], diagonal=diagonal)
            yield Case("Triu", torch.triu, [(shape, anywhere)], diagonal=diagonal)
        yield Case("Diagonal", lambda x: x.diagonal(dim1=-2, dim2=-1), [(shape, anywhere)])
    for n in (1, 4):
        yield Case("Diag", torch.diag, [((n,), anywhere)])
