"""The losses, as PyTorch has them, and their rows.

A loss is the mean over the m columns of the sum over the rows.
"""

import torch
import torch.nn.functional as F

from rows import Case, anywhere, float32, whole


def sigmoid_cross_entropy(z, y):
    return F.binary_cross_entropy_with_logits(z, y, reduction="sum") / z.shape[1]


def binary_cross_entropy(a, y):
    """Second derivatives of F.binary_cross_entropy are off by parts of 1e-12,
    which it adds to a(1 - a). They are taken of the formula instead."""
    of_one = torch.xlogy(y, a) + torch.special.xlog1py(1 - y, -a)
    cost = -of_one.sum() / a.shape[1]
    assert torch.allclose(cost, F.binary_cross_entropy(a, y, reduction="sum") / a.shape[1], rtol=1e-14, atol=1e-14)
    return cost


def squared_error(a, y):
    return F.mse_loss(a, y, reduction="sum") / a.shape[1]


def absolute_error(a, y):
    return F.l1_loss(a, y, reduction="sum") / a.shape[1]


def huber(a, y, delta):
    return F.huber_loss(a, y, reduction="sum", delta=delta) / a.shape[1]


def hinge(z, y, labels):
    """PyTorch has it for labels -1 and 1 and a distance; here of scores."""
    return torch.relu(1 - (2 * LABELS[labels](y) - 1) * z).sum() / z.shape[1]


def weighted(loss):
    """The mean of each example's loss, in which PyTorch weighs and smooths the classes,
    times weights of the examples. It has no derivative by weights of classes."""

    def cost(z, y, classes, examples, labels, smoothing):
        y = LABELS[labels](y)
        return (loss(z, y, classes.detach(), smoothing) * examples).sum() / z.shape[1]

    return cost


def softmax_losses(z, y, classes, smoothing):
    target = y.T if y.shape == z.shape else y[0].long()
    return F.cross_entropy(z.T, target, classes[:, 0], reduction="none", label_smoothing=smoothing)


def sigmoid_losses(z, y, classes, smoothing):
    """Weights of two classes of one output are those of a softmax of (0, z)."""
    return softmax_losses(torch.cat([torch.zeros_like(z), z]), torch.cat([1 - y, y]), classes, smoothing)


def outputs_losses(z, y, classes, smoothing):
    y = (1 - smoothing) * y + smoothing / 2
    return F.binary_cross_entropy_with_logits(z, y, classes.expand(z.shape), reduction="none").sum(0)


def squared_losses(z, y, classes, smoothing):
    return (classes * F.mse_loss(z, y, reduction="none")).sum(0)


def softmax_cross_entropy(z, y, labels=""):
    """y holds probabilities, or one row with the numbers of the classes."""
    y = LABELS[labels](y)
    target = y.T if y.shape == z.shape else y[0].long()
    return F.cross_entropy(z.T, target, reduction="sum") / z.shape[1]


def weighted_softmax_cross_entropy(z, y):
    """y may sum to anything."""
    return F.cross_entropy(z.T, y.T, reduction="sum") / z.shape[1]


def categorical_cross_entropy(a, y):
    if y.shape != a.shape:
        return F.nll_loss(torch.log(a).T, y[0].long(), reduction="sum") / a.shape[1]
    return -torch.xlogy(y, a).sum() / a.shape[1]


def binary_accuracy(z, y, labels):
    return ((z > 0) == (LABELS[labels](y) > 0.5)).double().mean()


def accuracy(a, y):
    classes = y[0] if y.shape != a.shape else y.argmax(0)
    return (a.argmax(0) == classes).double().mean()


# Where a loss needs columns that sum to 1, entries of the labels cannot vary
# alone: either they do not vary at all, or they are a softmax of what does.
LABELS = {
    "": lambda y: y,
    "fixed": torch.detach,
    "softmax": lambda y: torch.softmax(y, 0),
}

LOSSES = {
    "SigmoidCrossEntropy": sigmoid_cross_entropy,
    "BinaryCrossEntropy": binary_cross_entropy,
    "SquaredError": squared_error,
    "SoftmaxCrossEntropy": softmax_cross_entropy,
    "CategoricalCrossEntropy": categorical_cross_entropy,
}

SHAPES = [(1, 1), (1, 5), (3, 1), (2, 4)]
SIGMOID_EXTREMES = [[-100, -50, -30, 30, 50, 100, 1e-8], [-100, -50, -30, 30, 50, 100, 0]]
SIGMOID_LABELS = [[0, 1, 0, 1, 0, 1, 1], [1, 0, 1, 0, 1, 0, 0]]
SOFTMAX_EXTREMES = [[100, -100, 30, 50, 1e-8], [-100, 100, -30, 50, 0], [0, 0, 0, -50, -1e-8]]
SOFTMAX_CLASSES = [[0, 0, 1, 2, 1]]


def unit(x):
    """Into (0, 1), away from the ends."""
    return 0.0625 + 0.875 / (1 + 2.0 ** -x)


def hard(x):
    return float(x > 0)


def cases():
    for note, label in (("hard", hard), ("soft", unit)):
        for s in SHAPES:
            yield Case("SigmoidCrossEntropy", sigmoid_cross_entropy, [(s, anywhere), (s, label)], note=note)
            yield Case("BinaryCrossEntropy", binary_cross_entropy, [(s, unit), (s, label)], note=note)
    for s in SHAPES:
        yield Case("SquaredError", squared_error, [(s, anywhere), (s, anywhere)])
        yield Case("AbsoluteError", absolute_error, [(s, anywhere), (s, anywhere)])
        for delta in (1.0, 0.25):
            yield Case("Huber", huber, [(s, anywhere), (s, anywhere)], delta=delta)
        yield Case("Hinge", hinge, [(s, anywhere), (s, hard)], labels="fixed")
        yield Case("BinaryAccuracy", binary_accuracy, [(s, anywhere), (s, hard)], smooth=False, labels="fixed")
    yield Case("SigmoidCrossEntropy", sigmoid_cross_entropy,
               [float32(SIGMOID_EXTREMES), float32(SIGMOID_LABELS)], note="extreme")
    for k, m in ((2, 1), (3, 1), (2, 4), (3, 4), (5, 3)):
        yield from class_cases(k, m)
    yield from weighted_cases()
    yield Case("SoftmaxCrossEntropy", softmax_cross_entropy,
               [float32(SOFTMAX_EXTREMES), float32(SOFTMAX_CLASSES)], note="extreme")


def class_cases(k, m):
    classes = float32([[(3 * i + k) % k for i in range(m)]])
    one_hot = (torch.arange(k)[:, None] == classes).double()
    z, a = ((k, m), anywhere), ((k, m), unit)
    yield Case("SoftmaxCrossEntropy", softmax_cross_entropy, [z, classes], note="classes")
    yield Case("SoftmaxCrossEntropy", softmax_cross_entropy, [z, one_hot], labels="fixed")
    yield Case("SoftmaxCrossEntropy", softmax_cross_entropy, [z, z], labels="softmax")
    yield Case("WeightedSoftmaxCrossEntropy", weighted_softmax_cross_entropy, [z, z])
    for note, y in (("classes", classes), ("hard", one_hot), ("soft", a)):
        yield Case("CategoricalCrossEntropy", categorical_cross_entropy, [a, y], note=note)
        yield Case("Accuracy", accuracy, [z, y], smooth=False, note=note)
        yield Case("Accuracy", accuracy, [((k, m), whole), y], smooth=False, note=note + ", ties")


def weighted_cases():
    m = 4
    examples = ((1, m), abs)
    for smoothing in (0.0, 0.125):
        args = {"labels": "fixed", "smoothing": smoothing}
        classes = float32([[i % 3 for i in range(m)]])
        one_hot = (torch.arange(3)[:, None] == classes).double()
        for note, y in (("classes", classes), ("hard", one_hot)):
            yield Case("SoftmaxCrossEntropy", weighted(softmax_losses), [((3, m), anywhere), y, ((3, 1), abs), examples], note=note, **args)
        yield Case("SigmoidCrossEntropy", weighted(sigmoid_losses), [((1, m), anywhere), ((1, m), hard), ((2, 1), abs), examples], **args)
        yield Case("SigmoidCrossEntropy", weighted(outputs_losses), [((2, m), anywhere), ((2, m), unit), ((2, 1), abs), examples], **args)
    yield Case("SquaredError", weighted(squared_losses), [((2, m), anywhere), ((2, m), anywhere), ((2, 1), abs), examples],
               labels="fixed", smoothing=0.0)
