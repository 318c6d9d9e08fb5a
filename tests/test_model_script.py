"""The text of the model as a module of script: what it holds; what it cannot tell is refused by file and line."""

import importlib.util
import re
import textwrap

import numpy as np
import pytest

from teaching.model import states
from teaching.model.integrator import integrate
from teaching.model.script import WIDTHS, ScriptError, model_module, module
from teaching.model.sparse import dependencies_by_block, sparse_plan
from teaching.panels import bundle
from teaching.panels.clinic_data import clinic_data
from teaching.panels.packing import packed_words


@pytest.fixture
def read(tmp_path):
    """A function `f` of a file with that text."""

    def make(text: str):
        path = tmp_path / "part.py"
        path.write_text("import numpy as np\n\n" + textwrap.dedent(text), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("part", path)
        part = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(part)
        return part.f

    return make


def test_every_function_stands_there_once_and_behind_those_that_it_calls():
    text = model_module()
    names = re.findall(r"^export function (\w+)", text, re.M)
    assert len(names) == len(set(names)) > 40
    for one, other in (("lineage_rates", "derivatives"), ("maturation", "lineage_rates"), ("derivatives", "integrate")):
        assert names.index(one) < names.index(other)


def test_places_of_states_are_those_of_python():
    text = model_module()
    for name in ("NAIVE_BLOOD", "LONG_PROTECTIVE", "N_BODY", "NICHE"):
        assert f"export const {name} = {getattr(states, name)};" in text
    assert "export const CAR_T = { EFFECTORS: 0, PERSISTERS: 1," in text


def test_the_widths_of_arrays_are_those_of_the_solvers_plan():
    plan = sparse_plan(1, 2, 1)
    for name, value in zip(plan._fields, plan, strict=True):
        wide = isinstance(value, np.ndarray) and value.ndim == 2
        assert WIDTHS.get(name) == (value.shape[1] if wide else None), name
    assert {"events", "out"} <= set(integrate.__code__.co_varnames)


def test_a_bundle_that_imports_the_model_has_it():
    text = bundle.linked("clinic")
    assert text.index("const model_js") < text.index("const clinic_course_js") and "export " not in text


def test_the_data_of_the_clinic_is_small():
    assert len(packed_words(clinic_data())) < 12_000
    assert set(dependencies_by_block()["blocks"]) == {"antibody", "engager", "car_t"}


FINE = {
    "a name that script has taken": "def f(new):\n    var = new * 2.0\n    return var\n",
    "a loop's name with a value of its own": """
        def f(n):
            total = 0.0
            for i in range(n):
                total += i
            i = 7.0
            return total + i
    """,
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_looks_odd_and_is_fine(read, text):
    assert "export function f(" in module(read(text))


REFUSED = {
    "another kind of loop": "def f(x):\n    for one in x:\n        return one\n    return 0.0\n",
    "steps of a range": "def f(n):\n    for i in range(0, n, 2):\n        n += i\n    return n\n",
    "whole division": "def f(x):\n    return x // 2\n",
    "a rest": "def f(x):\n    return x % 2\n",
    "two comparisons at once": "def f(x):\n    return 1.0 if 0 < x < 1 else 0.0\n",
    "the last place": "def f(x):\n    return x[-1]\n",
    "a part of an array": "def f(x):\n    return x[1:3]\n",
    "a row of an array without a width": "def f(x):\n    return x[0, 1]\n",
    "one place of an array with a width": "def f(lower):\n    return lower[1]\n",
    "a function of numpy": "def f(x):\n    return np.exp(x)\n",
    "a word of Python": "def f(x):\n    return sum(x)\n",
    "the least of a list": "def f(x):\n    return min(x)\n",
    "a text": "def f(x):\n    return 'x'\n",
    "a list": "def f(x):\n    return [x]\n",
    "an exchange": "def f(a, b):\n    a, b = b, a\n    return a - b\n",
    "a default": "def f(x, y=1.0):\n    return x * y\n",
    "named arguments": "def f(x, *, y):\n    return x * y\n",
    "a way out of a loop": "def f(x):\n    while x > 1:\n        break\n    return x\n",
    "a try": "def f(x):\n    try:\n        return x\n    finally:\n        x = 1\n",
    "a number asked for its truth": "def f(x):\n    return 1.0 if x * 2.0 else 0.0\n",
    "endless": "far = float('inf')\n\n\ndef f(x):\n    return x + far\n",
    "a table of the module": "table = {}\n\n\ndef f(x):\n    return table\n",
    "a number of an object": "def f(x):\n    return x.real\n",
    "a letter of another alphabet": "def f(\u00e4):\n    return \u00e4\n",
    "a loop's number behind the loop": "def f(n):\n    for i in range(n):\n        n += 0\n    return i\n",
    "a loop's number on one way only": """
        def f(n):
            for i in range(n):
                n += 0
            if n > 2:
                i = 1
            return i
    """,
    "a loop's number of the round before": """
        def f(n):
            i = 0
            for k in range(n):
                n += i
                for i in range(3):
                    n += k
            return n
    """,
    "a loop's number changed inside": "def f(n):\n    for i in range(n):\n        i += 1\n    return n\n",
    "a loop up to its own number": "def f(n):\n    i = 3\n    for i in range(i):\n        n += i\n    return n\n",
    "a loop over an argument": "def f(n, i):\n    for i in range(n):\n        n += 0\n    return n\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_script_would_do_another_way_is_refused_by_file_and_line(read, text):
    with pytest.raises(ScriptError, match=r"^part\.py(, line \d+)?: .*(cannot be told in script|script would write)"):
        module(read(text))


def test_what_is_no_plain_function_is_refused(read):
    with pytest.raises(ScriptError, match="<lambda> is no plain function of part.py"):
        module(read("f = lambda x: x\n"))
