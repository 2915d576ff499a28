"""The rows of operations on single entries and on pairs of them."""

import math

import torch
import torch.nn.functional as F

from rows import Case, anywhere, float32, nonzero, positive, whole

SHAPES = [(), (1,), (4,), (2, 3), (2, 1, 3)]

PAIRS = [
    ((), ()), ((4,), (4,)), ((2, 3), (2, 3)), ((2, 1, 3), (2, 1, 3)),
    ((), (2, 3)), ((2, 3), ()), ((1,), ()), ((3,), (2, 3)), ((2, 3), (3,)),
    ((2, 1), (2, 3)), ((2, 3), (1, 3)), ((3, 1), (1, 2)), ((1, 2), (3, 1)),
    ((1, 1), (2, 3)), ((2, 1, 3), (2, 1)), ((3,), (2, 2, 1)),
]

TRIPLES = [
    ((), (), ()), ((2, 3), (2, 3), (2, 3)), ((), (2, 3), (2, 3)), ((2, 3), (), (3,)),
    ((2, 1), (1, 3), (2, 3)), ((3,), (2, 3), (2, 1)), ((2, 1, 3), (2, 1), ()),
]

EXTREME = [-100, -50, -30, -1e-8, 0, 1e-8, 30, 50, 100]


def normal_cdf(z):
    # torch.special.ndtr is (1 + erf)/2, which cancels for negative z.
    return torch.special.erfc(-z / math.sqrt(2)) / 2


def softplus(z):
    # The threshold is where PyTorch would go over to the identity.
    return F.softplus(z, beta=1, threshold=1e9)


def near(own, torchs):
    """A formula that keeps small values exact, after a look at PyTorch's own."""
    assert torch.allclose(own, torchs, rtol=1e-14, atol=1e-14)
    return own


def gelu_tail(z):
    # F.gelu has 1 + erf, which cancels for negative z.
    return near(z * normal_cdf(z), F.gelu(z))


def elu_tail(z):
    # F.elu has e^z - 1, which cancels near 0.
    return near(torch.where(z > 0, z, torch.expm1(z.clamp(max=0))), F.elu(z))


SMOOTH = {
    "Neg": (torch.neg, anywhere),
    "Square": (torch.square, anywhere),
    "Sqrt": (torch.sqrt, positive),
    "Exp": (torch.exp, anywhere),
    "Log": (torch.log, positive),
    "Expm1": (torch.expm1, anywhere),
    "Log1p": (torch.log1p, positive),
    "Sin": (torch.sin, anywhere),
    "Cos": (torch.cos, anywhere),
    "Atan": (torch.atan, anywhere),
    "Erf": (torch.erf, anywhere),
    "Reciprocal": (torch.reciprocal, nonzero),
    "Sigmoid": (torch.sigmoid, anywhere),
    "Tanh": (torch.tanh, anywhere),
    "Softplus": (softplus, anywhere),
    "SiLU": (F.silu, anywhere),
    "GELU": (F.gelu, anywhere),
    "NormalCDF": (normal_cdf, anywhere),
    # Kinks at 0, which the extreme values hold too.
    "ELU": (F.elu, nonzero),
    "Abs": (torch.abs, nonzero),
    "ReLU": (torch.relu, nonzero),
    "LeakyReLU": (lambda z: F.leaky_relu(z, 0.01), nonzero),
}

# Values of their own for single functions, where they are smooth.
SPECIAL = {
    "Exp": [-100, -30, 1e-8, 10],
    "Expm1": [-100, -30, -1e-8, 0, 1e-8, 10],
    "Log": [1e-8, 1e-3, 1, 1e8],
    "Log1p": [-0.875, -1e-8, 0, 1e-8, 1e8],
    "Sqrt": [1e-3, 1, 1e8],
    "Sin": [-100, -1e-8, 0, 1e-8, 100],
    "Cos": [-100, -1e-8, 0, 1e-8, 100],
    "Square": [-100, 0, 1e-8],
    "Atan": [-1e8, -1e-8, 0, 1, 1e3],
    "Erf": [-4, -1e-8, 0, 0.875, 10],
}

POWERS = {0: anywhere, 1: anywhere, 2: anywhere, 3: anywhere, 4: anywhere, -1: nonzero, -2: nonzero,
          -3: nonzero, 0.5: positive, 1.5: positive, 2.5: positive, -0.5: positive}


def step(x):
    return (x > 0).double()


def stop(x):
    return x.detach()


def one_column(numbers):
    return float32([[x] for x in numbers])


def unary_cases():
    for name, (f, domain) in SMOOTH.items():
        for shape in SHAPES:
            yield Case(name, f, [(shape, domain)])
        if name in SPECIAL:
            yield Case(name, f, [float32(SPECIAL[name])], each=True, note="special")
    tails = {"GELU": gelu_tail, "ELU": elu_tail}
    for name in ("Sigmoid", "Tanh", "Softplus", "SiLU", "GELU", "NormalCDF", "ELU", "Abs", "ReLU", "LeakyReLU"):
        f = tails.get(name, SMOOTH[name][0])
        yield Case(name, f, [one_column(EXTREME)], smooth=SMOOTH[name][1] is anywhere, each=True, note="extreme")
    for name, f in {"Sign": torch.sign, "Step": step, "StopGradient": stop}.items():
        for shape in SHAPES:
            yield Case(name, f, [(shape, anywhere)])
        yield Case(name, f, [one_column(EXTREME)], smooth=False, note="extreme")


def constant_cases():
    """Operations with a constant."""
    for c, domain in POWERS.items():
        for shape in ((), (4,), (2, 3)):
            yield Case("Pow", torch.pow, [(shape, domain)], exponent=c)
    for c in (0, 1, 2, 3, 4):
        yield Case("Pow", torch.pow, [float32([-2, -1, 0, 1, 2])], note="zero", exponent=c)
    for c in (-2.5, 0, 1, 3):
        for shape in SHAPES:
            yield Case("Times", lambda x, c: x * c, [(shape, anywhere)], c=c)
            yield Case("Plus", lambda x, c: x + c, [(shape, anywhere)], c=c)
    for lo, hi in ((-0.5, 0.75), (-10, 10), (0, 0.25)):
        for shape in SHAPES:
            yield Case("Clip", torch.clamp, [(shape, anywhere)], min=lo, max=hi)
    at = float32([-2, -0.5, -0.25, 0, 0.75, 1])
    yield Case("Clip", torch.clamp, [at], smooth=False, note="bounds", min=-0.5, max=0.75)
    yield Case("Clip", torch.clamp, [at], smooth=False, note="bounds", min=0.75, max=0.75)


BINARY = {
    "Add": (torch.add, anywhere, anywhere),
    "Sub": (torch.sub, anywhere, anywhere),
    "Mul": (torch.mul, anywhere, anywhere),
    "Div": (torch.div, anywhere, nonzero),
    "XLogY": (torch.xlogy, anywhere, positive),
    "Maximum": (torch.maximum, anywhere, anywhere),
    "Minimum": (torch.minimum, anywhere, anywhere),
}

COMPARE = {"Greater": torch.gt, "GreaterEqual": torch.ge, "Less": torch.lt,
           "LessEqual": torch.le, "Equal": torch.eq, "NotEqual": torch.ne}


def binary_cases():
    for name, (f, first, second) in BINARY.items():
        for a, b in PAIRS:
            yield Case(name, f, [(a, first), (b, second)])
    yield Case("XLogY", torch.xlogy, [float32([0, 0, 2, -3]), float32([0.5, 3, 1e-8, 1e8])], note="zero")
    for name in ("Maximum", "Minimum"):
        for a, b in PAIRS + [((4, 5), (4, 5)), ((4, 1), (3,))]:
            yield Case(name, BINARY[name][0], [(a, whole), (b, whole)], smooth=False, note="ties")
    for name, f in COMPARE.items():
        for a, b in PAIRS + [((4, 5), (4, 5))]:
            yield Case(name, lambda a, b, f=f: f(a, b).double(), [(a, whole), (b, whole)], smooth=False)


def where_cases():
    for shapes in TRIPLES:
        for note, domain in (("", anywhere), ("whole", whole)):
            yield Case("Where", lambda c, a, b: torch.where(c != 0, a, b),
                       [(s, d) for s, d in zip(shapes, (domain, anywhere, anywhere))], note=note)


def cases():
    yield from unary_cases()
    yield from constant_cases()
    yield from binary_cases()
    yield from where_cases()
