"""The model as a module of script computes what Python computes: single functions, and the right-hand side anywhere."""

import importlib.util
import random

import pytest

from teaching.model.equations import derivatives
from teaching.model.parameters import BY_NODE, KINDS, body_type, product_type
from teaching.model.script import model_module, module
from teaching.model.states import N_BODY, N_NODES

ODD = """
import numpy as np

FAR, LESS = 2, -1.5


def power(a, b):
    return -(a**2) + (-a) ** 2 - 2**-b / 3 - 4 - (5 - b) * (1 - a) ** 2


def chosen(a, b):
    c = a if a > b else b if not a == b else LESS
    if a < 0 or (a > 1 and not b >= FAR):
        c -= 1
    elif b != 3:
        c *= min(a, b, 1.0) - max(abs(a), int(b))
    else:
        c = -c
    return c


def looped(n, new):
    var, total = new, 0.0
    rows = np.zeros(n)
    for i in range(n):
        for j in range(i, n):
            rows[j] += i - var
    i, j = 1, 2
    k = 0
    while k < len(rows):
        k += 1
        if rows[k - 1] < -20:
            continue
        total += rows[k - 1] * i + j
    rows[:] = 0.5
    return total + rows[0] * rows.size
"""


@pytest.fixture
def page(browser):
    page = browser.new_context().new_page()
    yield page
    page.context.close()


@pytest.fixture
def odd(tmp_path):
    path = tmp_path / "odd.py"
    path.write_text(ODD, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("odd", path)
    part = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(part)
    return part


def test_each_form_means_the_same(page, odd):
    page.add_script_tag(content=module(odd.power, odd.chosen, odd.looped).replace("export ", ""))
    draw = random.Random(1)
    pairs = [[a, b] for a in (-2, -0.5, 0, 1, 1.5, 3) for b in (-1, 0, 1, 2, 2.5, 3)]
    pairs += [[draw.uniform(-3, 3), draw.uniform(-3, 3)] for _ in range(200)]
    for name, asked in (
        ("power", pairs),
        ("chosen", pairs),
        ("looped", [[n, w] for n in range(1, 9) for w in (0.5, 3)]),
    ):
        there = page.evaluate(f"(asked) => asked.map((one) => {name}(...one))", asked)
        assert there == pytest.approx([getattr(odd, name)(*one) for one in asked], rel=1e-14, abs=1e-14), name


def test_the_right_hand_side_is_the_same_at_any_place(page):
    page.add_script_tag(content=model_module().replace("export ", ""))
    draw = random.Random(2)

    def numbers(fields):
        return {
            name: [draw.random() for _ in range(N_NODES)] if name in BY_NODE else 10 ** draw.uniform(-2, 1)
            for name in fields._fields
        }

    for _ in range(60):
        body = numbers(body_type())
        groups = {kind: [numbers(product_type(kind)) for _ in range(draw.randrange(3))] for kind in KINDS}
        size = N_BODY + sum(KINDS[kind].N_STATES * len(group) for kind, group in groups.items())
        # Two shares of primed T cells must stay below 1: a power of what is below 0 is complex in Python.
        y = [draw.choice([0.0, 0.45 * draw.random(), 10 ** draw.uniform(-9, -1)]) for _ in range(size)]
        there = page.evaluate(
            """([y, body, groups]) => {
              const made = Object.entries(groups).map(([kind, group]) => group.map((one) => RECORDS[kind](one)));
              return [...derivatives(0, Float64Array.from(y), RECORDS.body(body), ...made, new Float64Array(y.length))];
            }""",
            [y, body, groups],
        )
        tuples = [[product_type(kind)(**one) for one in group] for kind, group in groups.items()]
        here = derivatives(0.0, y, body_type()(**body), *tuples, [0.0] * size)
        assert there == pytest.approx(here, rel=1e-12, abs=1e-12)
