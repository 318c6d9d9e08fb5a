"""Files of strangers are data: nothing in them is run, fetched or written elsewhere; bad ones are one sentence."""

import gzip
import importlib
import io
import json
import os
import pickle
import sys
import time
import zipfile
from html import escape

import pytest
from own_tables import tables_in

from teaching import Plan, panels, tables
from teaching.clinic.visit import resume
from teaching.deliver import my_lessons
from teaching.deliver.collect.folder import collect
from teaching.deliver.site import target
from teaching.learning import answer_store, answers
from teaching.learning.class_reports import read_report
from teaching.learning.report import report
from teaching.learning.report_data import META
from teaching.panels import scenarios
from teaching.panels.catalogue import DESKS

LESSON = "01_b_cells_in_balance"
#: What Python does when a text or a file is run, or when somebody outside is asked.
RUNS = {
    "pickle.find_class", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "subprocess.Popen", "compile",
    "socket.connect", "socket.getaddrinfo", "socket.bind", "webbrowser.open",
}  # fmt: skip
DEEP = 100_000
CODE = "__import__('os').system('touch ran')"
_met: list[str] = []
_watching = False


def _hear(event: str, given: tuple) -> None:
    if not _watching or event not in RUNS:
        return
    if event == "compile" and "touch ran" not in str(given[0]):
        return  # the kit's own code, on its first use
    if event == "pickle.find_class" and given[0] not in ("os", "posix", "nt", "subprocess"):
        return  # numba's own cache of the compiled model
    _met.append(event)


@pytest.fixture(scope="module", autouse=True)
def hook():
    sys.addaudithook(_hear)  # it cannot be taken away again; it hears only while a reader reads


@pytest.fixture(autouse=True)
def in_a_folder(own_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


class Bad:
    def __reduce__(self):
        return os.system, ("touch ran",)


def zipped(size: int) -> bytes:
    """A file that is small until somebody unpacks it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../ran", "0" * size)
    return packed.getvalue()


#: Content of whole files.
CONTENT = {
    "pickle": pickle.dumps(Bad()),
    "pickle as text": pickle.dumps(Bad(), protocol=0),
    "yaml tag": b'!!python/object/apply:os.system ["touch ran"]\n',
    "yaml aliases": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "code": CODE.encode(),
    "json with code": json.dumps({"__reduce__": CODE, "py/object": "os.system", "$type": CODE}).encode(),
    "template": b"{{ ''.__class__.__mro__[1].__subclasses__() }} ${7*7} {0.__class__}",
    "entities": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "gzip": gzip.compress(b"0" * 30_000_000),
    "zip": zipped(30_000_000),
    "no text": b"\xff\xfe\x00\x80" * 20,
    "nulls": b"\x00" * 1000,
    "empty": b"",
    "deep list": b"[" * DEEP,
    "deep table": b'{"a":' * DEEP,
    "long number": b"9" * 50_000,
    "huge number": b"1e400",
    "nan": b"NaN",
    "many lines": b"\n" * 100_000,
    "not json": b"{'a': 1}",
}
#: What may stand in any place of a file that is otherwise a good one.
VALUES = {
    "code": CODE,
    "path": "../../../ran",
    "absolute path": "/ran",
    "null": "a\x00b",
    "half": "\ud800",
    "format": "{0.__class__.__init__.__globals__}%s%n",
    "long": "x" * 100_000,
    "huge number": 10**400,
    "huge float": 1e308,
    "negative": -1,
    "nothing": None,
    "yes": True,
    "list": [[[]]],
    "table": {"__class__": "os", "__proto__": {"x": 1}},
    "deep": json.loads("[" * 500 + "]" * 500),
}


def good_scenario() -> dict:
    return json.loads(panels.bell().state.scenario().to_json())


def good_career() -> dict:
    from teaching.clinic.visit import start

    return json.loads(start("SLE nephritis", seed=7).to_json())


def good_report() -> dict:
    answer_store.append(LESSON, "prediction", answers.questions_of(LESSON)[0].id, "1")
    text = report(LESSON).save().path.read_text(encoding="utf-8")
    from html import unescape

    return json.loads(unescape(text.split(f'name="{META}" content="')[1].split('"')[0]))


def as_report(text: str) -> str:
    return f'<meta name="{META}" content="{escape(text)}">'


def read_answers(text: str) -> None:
    file = answer_store.folder() / f"{LESSON}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    answer_store.read(LESSON)
    repr(report(LESSON))
    report(LESSON)._repr_html_()
    for question in answers.questions_of(LESSON):
        answers.prediction(question.id)


def line(value: object = "x", **changes) -> str:
    entry = {"schema": 1, "id": "a", "time": "2026-01-01", "kind": "answer", "value": value}
    return json.dumps(entry | {"question": answers.questions_of(LESSON)[0].id} | changes)


#: Readers of a text: name -> what reads it.
READERS = {
    "scenario": scenarios.read,
    "panel": lambda text: panels.bell().state.open_text(text),
    "career": resume,
    "report": lambda text: read_report("x.html", text),
    "report's data": lambda text: read_report("x.html", as_report(text)),
    "answers": read_answers,
    "plan": Plan.parse,
    "desk": lambda text: _desk("trial_desk").checked(json.loads(text)),
}
#: Good files that have bad values put into each of their places.
GOOD = {"scenario": good_scenario, "career": good_career, "report's data": good_report}


def _desk(name: str):
    return getattr(importlib.import_module(DESKS[name].module), DESKS[name].function)()


def refused_or_read(read, *given) -> None:
    """It is read, or refused with one sentence; either way soon, and nothing of it is run."""
    global _watching
    _met.clear()
    started = time.monotonic()
    _watching = True
    try:
        read(*given)
    except (ValueError, OSError) as problem:
        words = str(problem)
        is_python = isinstance(problem, (json.JSONDecodeError, UnicodeError))  # of the test's own json.loads
        assert is_python or (10 < len(words) <= 400 and "\n" not in words and "Traceback" not in words), words[:500]
    except RecursionError:
        assert read is READERS["desk"], "only the test's own json.loads may say so"
    finally:
        _watching = False
    assert _met == []
    assert time.monotonic() - started < 10


def places_in(found, path=()):
    """Every place in a JSON file: keys and numbers that lead there."""
    yield path
    steps = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for step, inner in steps:
        yield from places_in(inner, (*path, step))


def with_value(found, path, value):
    """The file with another value in one place."""
    if not path:
        return value
    copy = dict(found) if isinstance(found, dict) else list(found)
    copy[path[0]] = with_value(found[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_runs_what_a_file_holds(reader, tmp_path):
    read = READERS[reader]
    refused_or_read(read, "warm up: what is imported on the first use")
    for content in CONTENT.values():
        refused_or_read(read, content.decode("utf-8", "replace"))
        if reader != "desk":
            refused_or_read(read, content.decode("utf-8", "surrogateescape"))
    assert not list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("reader", GOOD)
@pytest.mark.parametrize("value", VALUES)
def test_no_value_in_any_place_of_a_good_file_does_harm(reader, value, tmp_path):
    good = GOOD[reader]()
    READERS[reader](json.dumps(good))  # it is a good one
    for path in places_in(good):
        refused_or_read(READERS[reader], json.dumps(with_value(good, path, VALUES[value])))
    assert not list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("value", VALUES)
def test_no_value_in_an_answer_does_harm(value, own_folder):
    for name in ("schema", "id", "time", "kind", "question", "value"):
        for kind in ("answer", "prediction", "hint", "sentence", "desk"):
            refused_or_read(read_answers, "\n".join([line(), line(**{"kind": kind, name: VALUES[value]})]))
            assert [entry["value"] for entry in answer_store.read(LESSON)][:1] == ["x"], "the others are read"


@pytest.mark.parametrize("name", DESKS)
@pytest.mark.parametrize("value", VALUES)
def test_no_value_in_a_desks_setting_does_harm(name, value):
    desk = _desk(name)
    for path in places_in(desk.start):
        refused_or_read(desk.checked, with_value(desk.start, path, VALUES[value]))


def test_files_of_a_class_are_read_whatever_they_are(tmp_path, own_folder):
    folder = tmp_path / "class"
    folder.mkdir()
    good_report()
    (saved,) = own_folder.glob("*.html")
    saved.rename(folder / "good.html")
    for number, (name, content) in enumerate(CONTENT.items()):
        (folder / f"{number} {name}.html").write_bytes(content)
    (folder / "..\\..\\ran.html").write_bytes(b"x") if os.name != "nt" else None
    (folder / "passwd.html").symlink_to("/etc/passwd")
    reports, said = collect(folder, tmp_path / "out")
    assert [one.file for one in reports] == ["good.html"] and len(said) >= len(CONTENT)
    assert (
        "root:" not in (tmp_path / "out" / "class.html").read_text()
        if (tmp_path / "out" / "class.html").exists()
        else 1
    )
    assert not list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
def test_a_file_that_a_panel_opens_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "setting.json"
    file.write_bytes(content)
    panel = panels.bell()
    before = dict(panel.state.values)
    with pytest.raises(ValueError) as problem:
        panel.restore(file)
    assert len(str(problem.value)) < 300 and panel.state.values == before


NAMES = ["../outside.txt", "/outside.txt", "a/../../outside.txt", "..\\outside.txt", "\x00", ".", "..", "", 3, None]


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_files_that_leads_out_of_its_folder_takes_nothing_away(tmp_path, name):
    """The notes of an earlier build and of earlier copies are files, too, and somebody may have changed them."""
    outside, folder, source = tmp_path / "outside.txt", tmp_path / "site", tmp_path / "source"
    outside.write_text("somebody's")
    for place in (folder, source):
        place.mkdir()
    (source / "index.html").write_text("page")
    (folder / target.LIST).write_text(json.dumps({"files": [name]}))
    target.bring(source, folder, {})
    assert outside.read_text() == "somebody's" and (folder / "index.html").read_text() == "page"
    (source / "00.ipynb").write_text("lesson")
    (folder / my_lessons.MEMORY).write_text(json.dumps({str(name): "x", "00.ipynb": name}))
    my_lessons.bring(source, folder)
    assert outside.read_text() == "somebody's" and (folder / "00.ipynb").read_text() == "lesson"


@pytest.mark.parametrize(
    "name", ["../../ran", "/ran", "..", ".", "a/b", "C:\\ran", "~root", "con", "x" * 90, "ä/ö", "$HOME"]
)
def test_a_name_of_a_person_leads_into_no_other_folder(name, own_folder, monkeypatch):
    monkeypatch.setenv("TEACHING_NAME", name)
    assert answer_store.folder().parent == own_folder and answer_store.folder().name.startswith("of-")


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
def test_a_table_of_the_kit_that_was_replaced_is_refused_in_a_sentence(tmp_path, content):
    """Whoever changes a table sees what is wrong with it; nothing in it is run."""
    import shutil

    data = tmp_path / "data"
    shutil.copytree(tables.data_folder(), data)
    (data / "limits.csv").write_bytes(content)
    with tables_in(data, [tables.limits]), pytest.raises(tables.TableError) as problem:
        tables.limits()
    assert len(str(problem.value)) < 400 and "limits.csv" in str(problem.value)
