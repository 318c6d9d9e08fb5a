"""The gallery: its list of panels, its pages as text, its kernels, its end; then bad input in one sentence."""

import ast
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from browser.running_gallery import running_gallery

from teaching.deliver import cli
from teaching.learning.naming import LESSONS
from teaching.panels.catalogue import GALLERY

PROJECT = Path(__file__).resolve().parent.parent
PANELS = PROJECT / "src" / "teaching" / "panels"
PAGE = PROJECT / "src" / "teaching" / "deliver" / "app" / "page"
#: The gallery, with one more panel in its list that no kernel knows, and impatient with pages that nobody looks at.
WITH_A_BROKEN_PANEL = """
from teaching.deliver import cli
from teaching.deliver.app import server
from teaching.panels.catalogue import GALLERY, Entry
GALLERY["broken"] = Entry("nowhere", "nothing", "Broken", "What is broken?", 0, "Fails.")
server.FORGET_SECONDS, server.LOOK_SECONDS = 3, 1
raise SystemExit(cli.main(["app", "--no-browser"]))
"""


# --- the list ------------------------------------------------------------------------------------


def families():
    """Module and name of every function in src/teaching/panels/ that is declared to be a family or a desk."""
    for path in sorted(PANELS.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for made_by in getattr(node, "decorator_list", ()):
                if isinstance(made_by, ast.Call) and ast.unparse(made_by.func) in ("family", "desk"):
                    yield f"teaching.panels.{path.stem}", node.name


def test_every_panel_of_the_kit_is_in_the_list():
    """A family whose maker the door of the panels (panels/__init__.py) does not show would be in no list."""
    assert len(GALLERY) > 15
    assert set(families()) == {(entry.module, entry.function) for entry in GALLERY.values()}


@pytest.mark.parametrize("name", GALLERY)
def test_a_card_is_short_and_its_lesson_exists(name):
    entry = GALLERY[name]
    assert entry.question.endswith("?")  # that it is the panel's own: test_every_panel.py
    assert name.isidentifier()  # it stands in the page's address
    assert entry.lesson in LESSONS
    assert entry.line.endswith(".") and len(entry.line) < 110 and len(entry.title) < 30


def test_the_list_follows_the_lessons_and_names_nothing_twice():
    lessons = [entry.lesson for entry in GALLERY.values()]
    assert lessons == sorted(lessons)
    for what in ("title", "question", "line"):
        assert len({getattr(entry, what) for entry in GALLERY.values()}) == len(GALLERY)


def test_nothing_of_a_page_comes_from_elsewhere():
    for path in PAGE.iterdir():
        assert "//" not in path.read_text(encoding="utf-8").replace("// ", "").replace("/*", ""), path.name


# --- a running gallery ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery():
    with running_gallery(command=(sys.executable, "-c", WITH_A_BROKEN_PANEL)) as gallery:
        yield gallery
        said = gallery.end()
    assert said.count("The panel 'broken' could not be started") == 1 and "gallery.log" in said
    assert "Traceback" not in said


def ask(address, **headers):
    """Status and text of an answer; no proxy that this computer's user has set is asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(urllib.request.Request(address, headers=headers), timeout=90) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def kernels(gallery):
    return gallery.kernels()


def test_the_first_page_has_a_link_to_every_panel(gallery):
    status, text = ask(gallery.address)
    assert status == 200
    for name in GALLERY:
        assert f'href="/panel/{name}"' in text
    assert "Not treatment advice" in text and "keeps nothing" in text


def test_a_page_says_loading_before_its_kernel_has_done_anything(gallery):
    parts = urlsplit(gallery.address)
    visitor = http.client.HTTPConnection(parts.hostname, parts.port, timeout=90)
    visitor.request("GET", "/panel/treatment")
    answer = visitor.getresponse()
    first = answer.read1().decode()
    rest = answer.read().decode()
    visitor.close()
    assert "Loading the panel" in first and "widget-view" not in first
    assert "application/vnd.jupyter.widget-view+json" in rest and rest.rstrip().endswith("</html>")
    assert "in_kernel" not in first + rest, "no code on the page"


def test_a_panel_that_fails_is_said_in_one_sentence(gallery):
    status, text = ask(gallery.address + "panel/broken")
    assert status == 200
    assert text.count("This panel could not be started.") == 1
    for word in ("Traceback", "KeyError", "Error", "--show_tracebacks", "voila.js\n"):
        assert word not in text


def test_a_waiting_kernel_that_has_died_is_replaced(gallery):
    def waiting():
        return [kernel for kernel in kernels(gallery) if kernel.is_running()]

    deadline = time.monotonic() + 60
    while not waiting() and time.monotonic() < deadline:
        time.sleep(0.1)
    for kernel in waiting():
        kernel.kill()
    status, text = ask(gallery.address + "panel/treatment")
    assert status == 200 and "widget-view" in text


def test_a_page_that_nobody_looks_at_any_more_gives_its_kernel_back(gallery):
    status, text = ask(gallery.address + "panel/treatment")  # asks for the page and never connects to its kernel
    taken = text.split('"kernelId": "')[1].split('"')[0]
    kernel = gallery.kernel(taken)
    assert psutil.wait_procs([kernel], timeout=60)[1] == []
    deadline = time.monotonic() + 60
    while len(kernels(gallery)) != 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)  # twice as long as it takes to look for idle kernels
    assert len(kernels(gallery)) == 2, "waiting kernels stay"


@pytest.mark.parametrize(
    "address",
    ["nowhere", "panel/nothing", "panel/", "panel/treatment/x", "panel/%2e%2e", "api/kernels", "page/x.html.j2"],
)
def test_an_address_that_leads_nowhere_gets_one_sentence(gallery, address):
    status, text = ask(gallery.address + address)
    assert status == 404
    assert "There is no page at this address." in text or address.startswith("page/")
    assert "Traceback" not in text and "://" not in text


def test_files_are_not_served(gallery):
    for path in ("voila/files/panel.ipynb", "voila/files/gallery.log", "voila/files/../gallery.log"):
        assert ask(gallery.address + path)[0] in (403, 404)


def test_another_sites_name_for_this_address_is_refused(gallery):
    assert ask(gallery.address + "panel/treatment", Host="evil.example.org")[0] == 403


def test_only_this_computer_is_served(gallery):
    open_now = psutil.Process(gallery.process.pid).net_connections("tcp")
    listening = [connection.laddr for connection in open_now if connection.status == psutil.CONN_LISTEN]
    assert urlsplit(gallery.address).port in {place.port for place in listening}
    assert {place.ip for place in listening} == {"127.0.0.1"}


@pytest.mark.skipif(sys.platform != "linux", reason="reads the limit of another process, as only Linux allows")
def test_a_full_room_has_files_enough(gallery):
    soft, hard = psutil.Process(gallery.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert soft == hard or soft >= 60 * (15 + 25)  # places, and the files of each


def test_the_kernels_keep_nothing(gallery):
    for kernel in kernels(gallery):
        environ = kernel.environ()
        assert environ["TEACHING_KEEPS_NOTHING"] == "1"
        for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
            assert "teaching-app-" in environ[name]


# --- its end -------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="sends the signals of POSIX systems")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_a_sentence_and_leaves_nothing_behind(how):
    with running_gallery() as gallery:
        process = psutil.Process(gallery.process.pid)
        deadline = time.monotonic() + 60
        while not any("IPYTHONDIR" in child.environ() for child in process.children()) and time.monotonic() < deadline:
            time.sleep(0.1)  # a child that is only just made has not got its own environment yet
        children = process.children(recursive=True)
        (scratch,) = {Path(kernel.environ()["IPYTHONDIR"]).parent for kernel in children}
        gallery.process.send_signal(how)
        gallery.process.send_signal(how)  # an impatient hand
        said = gallery.process.communicate(timeout=60)[0]
    assert gallery.process.returncode == 0
    assert said.rstrip().endswith("The panels have ended; nothing was kept.")
    assert "Traceback" not in said
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert not scratch.exists()


@pytest.mark.skipif(os.name != "posix", reason="sends the signals of POSIX systems")
@pytest.mark.parametrize("wait", [0, 0.05])
def test_it_ends_also_while_its_first_kernel_is_only_just_starting(wait):
    """A start that was broken off half-way used to be waited for, for ever."""
    with running_gallery() as gallery:
        time.sleep(wait)
        assert gallery.end().rstrip().endswith("The panels have ended; nothing was kept.")
    assert gallery.process.returncode == 0


# --- bad input -----------------------------------------------------------------------------------


def complaint(capsys, *words):
    """What the command answers to words that it cannot use; the exit code must be 2."""
    try:
        code = cli.main(["app", "--no-browser", *words])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert code == 2 and said.out == "" and said.err.count("\n") == 1
    return said.err


def test_a_taken_port_is_said(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert f"port {port} is taken" in complaint(capsys, "--port", str(port))


@pytest.mark.parametrize(
    "port",
    ["0", "-5", "70000", "nine", "", " ", "80.0", "1e3", "8_866", "٨٨٦٦", "0x50", "+80", "9" * 5000, "a\nb", "\udcff"],
)
def test_what_is_no_port_is_said(capsys, port):
    said = complaint(capsys, f"--port={port}")
    assert "must be a number from 1 to 65535" in said
    assert repr(port)[1:-1][:50] in said and len(said) < 300


@pytest.mark.parametrize(
    "words", [["--prot", "1"], ["treatment"], ["x" * 9000], ["a\nb\nc"], ["--port"], ["\udcff"], [""]]
)
def test_words_that_nobody_knows_are_said(capsys, words):
    said = complaint(capsys, *words)
    assert "Help: teaching" in said and len(said) < 300


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch):
    server = pytest.importorskip("teaching.deliver.app.server")
    monkeypatch.setattr(server, "_is_free", lambda port: port >= server.FIRST_PORT + 3)
    assert server.choose_port() == server.FIRST_PORT + 3
    monkeypatch.setattr(server, "_is_free", lambda port: False)
    with pytest.raises(ValueError, match="no port from 8866 to 8965 is free"):
        server.choose_port()


def test_a_missing_package_is_said(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "teaching.deliver.app.server", None)
    assert "run start.py again" in complaint(capsys)


def test_start_py_hands_its_words_on():
    command = [sys.executable, str(PROJECT / "start.py"), "app", "--help"]
    environ = {**os.environ, "TEACHING_ENV": str(PROJECT / "pyproject.toml")}
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 1 and "TEACHING_ENV" in done.stdout, "it prepares the environment first"
