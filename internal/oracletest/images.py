"""Rows for convolutions and pooling. Images are (channels, height, width, examples) here, as
in the library, and (examples, channels, height, width) in PyTorch; weights are the same."""

import torch

from rows import Case, anywhere, whole


def outward(x):
    return x.permute(3, 0, 1, 2)


def inward(y):
    return y.permute(1, 2, 3, 0)


def conv(x, w, stride, padding, dilation, groups):
    return inward(torch.nn.functional.conv2d(outward(x), w, None, stride, padding, dilation, groups))


def conv_transpose(x, w, stride, padding, dilation, outputPadding, groups):
    return inward(torch.nn.functional.conv_transpose2d(
        outward(x), w, None, stride, padding, outputPadding, groups, dilation))


def max_pool(x, window, stride, padding):
    return inward(torch.nn.functional.max_pool2d(outward(x), window, stride or None, padding))


def avg_pool(x, window, stride, padding):
    return inward(torch.nn.functional.avg_pool2d(outward(x), window, stride or None, padding))


# Images, weights, stride, padding, dilation, groups.
CONV = [((1, 1, 1, 1), (1, 1, 1, 1), [1, 1], [0, 0], [1, 1], 1),
        ((3, 3, 4, 2), (2, 3, 1, 1), [1, 1], [0, 0], [1, 1], 1),
        ((3, 3, 5, 1), (2, 3, 1, 1), [2, 3], [1, 0], [1, 1], 1),
        ((2, 5, 4, 3), (3, 2, 3, 3), [1, 1], [0, 0], [1, 1], 1),
        ((2, 5, 4, 1), (3, 2, 3, 3), [1, 1], [1, 1], [1, 1], 1),
        ((1, 7, 5, 3), (2, 1, 3, 2), [2, 3], [1, 2], [1, 1], 1),
        ((1, 6, 7, 1), (2, 1, 2, 3), [1, 2], [2, 1], [3, 2], 1),
        ((4, 4, 3, 3), (6, 2, 3, 1), [1, 2], [1, 0], [1, 1], 2),
        ((3, 5, 5, 1), (3, 1, 3, 3), [2, 2], [1, 1], [1, 1], 3),
        ((2, 4, 5, 3), (4, 1, 2, 2), [1, 1], [0, 1], [2, 1], 2)]

# The same, with output padding before the groups.
CONV_TRANSPOSE = [((1, 1, 1, 1), (1, 1, 1, 1), [1, 1], [0, 0], [1, 1], [0, 0], 1),
                  ((3, 3, 4, 2), (3, 2, 1, 1), [1, 1], [0, 0], [1, 1], [0, 0], 1),
                  ((2, 3, 2, 3), (2, 3, 3, 2), [2, 3], [1, 0], [1, 1], [1, 2], 1),
                  ((2, 4, 3, 1), (2, 1, 3, 3), [1, 1], [2, 1], [1, 2], [0, 0], 1),
                  ((4, 2, 3, 1), (4, 2, 2, 3), [2, 1], [0, 1], [1, 1], [0, 0], 2),
                  ((3, 3, 3, 3), (3, 1, 3, 3), [2, 2], [1, 1], [1, 1], [1, 0], 3)]

# Images, size, stride, padding.
POOL = [((1, 1, 1, 1), [1, 1], [], [0, 0]), ((2, 4, 6, 3), [2, 2], [], [0, 0]), ((2, 5, 7, 1), [2, 3], [], [0, 0]),
        ((1, 5, 7, 3), [3, 3], [2, 2], [1, 1]), ((2, 5, 4, 1), [3, 2], [1, 1], [1, 0]), ((1, 7, 5, 2), [2, 1], [3, 2], [1, 0])]


def cases():
    for x, w, stride, padding, dilation, groups in CONV:
        yield Case("Conv2D", conv, [(x, anywhere), (w, anywhere)],
                   stride=stride, padding=padding, dilation=dilation, groups=groups)
    for x, w, stride, padding, dilation, more, groups in CONV_TRANSPOSE:
        yield Case("ConvTranspose2D", conv_transpose, [(x, anywhere), (w, anywhere)],
                   stride=stride, padding=padding, dilation=dilation, outputPadding=more, groups=groups)
    for x, size, stride, padding in POOL:
        yield Case("MaxPool2D", max_pool, [(x, anywhere)], window=size, stride=stride, padding=padding)
        yield Case("AvgPool2D", avg_pool, [(x, anywhere)], window=size, stride=stride, padding=padding)
        yield Case("MaxPool2D", max_pool, [(x, whole)], smooth=False, note="ties", window=size, stride=stride, padding=padding)
