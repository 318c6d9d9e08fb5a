"""The gallery among visitors who mean no good: whatever one of them sends, the others are served."""

import json
import os
import sys
import time

import psutil
import pytest
import websocket
from browser.running_gallery import running_gallery
from browser.visitor import PATIENCE_SECONDS, Visitor, ask, closing, message, replies
from odd_frames import REFUSED, frame

#: The gallery with few places, and with two panels whose kernels end, or never answer, while they draw.
SMALL = """
from teaching.deliver import cli
from teaching.deliver.app import pages, server
from teaching.panels.catalogue import GALLERY, Entry
CODE = {"dies": "import os; os._exit(1)", "sleeps": "import time; time.sleep(1000)"}
for name in CODE:
    GALLERY[name] = Entry("nowhere", "nothing", name, "What is it?", 0, "Fails.")
choose = server.choose_panel
def choose_panel(handler, notebook, cwd):
    choose(handler, notebook, cwd)
    notebook.cells[0].source = CODE.get(handler.panel_name, notebook.cells[0].source)
    return notebook
get = pages.PanelPage.get
async def get_within(page, name):
    pages.PATIENCE_SECONDS = 15 if name == "sleeps" else 300
    await get(page, name)
server.choose_panel, pages.PanelPage.get = choose_panel, get_within
server.MOST_PANELS, server.FORGET_SECONDS = 3, 3600
raise SystemExit(cli.main(["app", "--no-browser"]))
"""
#: The room is served when another visitor has the list of panels within this time.
ROOM_SECONDS = 20


@pytest.fixture(scope="module")
def gallery():
    with running_gallery(command=(sys.executable, "-c", SMALL)) as gallery:
        yield gallery
        if not is_served(gallery):  # a server that spins hears no Ctrl+C
            gallery.process.kill()
        said = gallery.end()
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def visitor(gallery):
    visitor = Visitor(gallery.address)
    yield visitor
    if is_served(gallery):
        assert visitor.leave() == 204


def is_served(gallery) -> bool:
    """Whether the room is still served."""
    try:
        return ask(gallery.address, seconds=ROOM_SECONDS)[0] == 200
    except OSError:
        return False


def wait_until(holds, what: str) -> None:
    """Waits until something holds that the server does in its own time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def kernels(gallery) -> list[psutil.Process]:
    """The processes of all kernels, given and waiting."""
    return gallery.kernels()


def open_files(gallery) -> int:
    """How many files, sockets and pipes the server holds."""
    server = psutil.Process(gallery.process.pid)
    return server.num_fds() if os.name == "posix" else server.num_handles()


def files_at_rest(gallery) -> int:
    """Open files once nothing has changed for five seconds: a kernel that still warms up opens more of them."""
    deadline, since, count = time.monotonic() + PATIENCE_SECONDS, time.monotonic(), open_files(gallery)
    while time.monotonic() - since < 5:
        assert time.monotonic() < deadline, "the server never comes to rest"
        time.sleep(0.2)
        if (now := open_files(gallery)) != count:
            since, count = time.monotonic(), now
    return count


# --- the room is served --------------------------------------------------------------------------


def test_a_page_is_answered_by_its_kernel(visitor):
    line = visitor.connect()
    assert line.getsubprotocol() == "v1.kernel.websocket.jupyter.org"
    line.send_binary(message("kernel_info_request", {}))
    assert "kernel_info_reply" in replies(line, "kernel_info_reply")
    line.send_binary(message("comm_msg", {"comm_id": visitor.model, "data": {"method": "request_state"}}))
    assert "comm_msg" in replies(line, "comm_msg")
    line.close()


@pytest.mark.parametrize("forms", [(), ("v2.kernel.websocket.jupyter.org",), ("V1.Kernel.websocket", "x")])
def test_who_speaks_another_form_is_sent_away_with_a_sentence(gallery, visitor, forms):
    line = visitor.connect(forms=forms)
    older = {"comm_id": visitor.model, "data": {"method": "request_state"}}
    header = {"msg_id": "1", "msg_type": "comm_msg", "session": "s", "username": "", "version": "5.4", "date": ""}
    line.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": older, "channel": "shell"}))
    code, reason = closing(line)
    assert code == 1002
    assert "v1.kernel.websocket.jupyter.org" in reason and reason.endswith(".")
    assert is_served(gallery)


@pytest.mark.parametrize("what", REFUSED)
def test_a_frame_that_cannot_be_read_ends_its_own_connection_only(gallery, visitor, what):
    whole, words = REFUSED[what]
    other, line = visitor.connect(), visitor.connect()
    line.send(whole) if isinstance(whole, str) else line.send_binary(whole)
    code, reason = closing(line)
    assert code == 1007 and reason.endswith(".")
    other.send_binary(message("kernel_info_request", {}))
    assert "kernel_info_reply" in replies(other, "kernel_info_reply")
    other.close()
    assert is_served(gallery)


def test_a_message_longer_than_any_panel_sends_ends_the_connection(gallery, visitor):
    line = visitor.connect()
    try:
        line.send_binary(frame() + bytes(2**21))
        assert closing(line)[0] == 1009
    except (ConnectionError, websocket.WebSocketException):  # ended while it was still being sent
        pass
    wait_until(lambda: visitor.connections() == 0, "a message without end keeps its connection")
    assert is_served(gallery)


def test_connections_that_break_off_leave_nothing_behind(gallery, visitor):
    def drop():
        line = visitor.connect()
        line.send_binary(frame()[:40])
        line.sock.close()  # without a word

    drop()
    wait_until(lambda: visitor.connections() == 0, "a connection that broke off is kept")
    before = files_at_rest(gallery)  # the pool of kernels is full
    for _ in range(30):
        drop()
        wait_until(lambda: visitor.connections() == 0, "a connection that broke off is kept")
    wait_until(lambda: open_files(gallery) <= before + 3, "files stay open")


def test_a_panel_has_few_connections_and_a_place_is_free_again(visitor):
    lines = [visitor.connect() for _ in range(4)]
    code, reason = closing(visitor.connect())
    assert code == 1013 and "4 connections" in reason
    lines.pop().close()
    wait_until(lambda: visitor.connections() == 3, "a closed connection keeps its place")
    lines.append(visitor.connect())
    lines[-1].send_binary(message("kernel_info_request", {}))
    assert "kernel_info_reply" in replies(lines[-1], "kernel_info_reply")
    for line in lines:
        line.close()
    wait_until(lambda: visitor.connections() == 0, "closed connections keep their places")


def test_what_takes_nothing_is_let_go(gallery, visitor):
    line = visitor.connect()
    try:
        for _ in range(3000):
            line.send_binary(message("comm_msg", {"comm_id": visitor.model, "data": {"method": "request_state"}}))
    except (ConnectionError, websocket.WebSocketException, TimeoutError):
        pass
    wait_until(lambda: visitor.connections() == 0, "a connection that takes nothing is kept")
    assert psutil.Process(gallery.process.pid).memory_info().rss < 600e6
    line.close()
    assert is_served(gallery)
    wait_until(lambda: answers(visitor), "the panel is never done with what it was asked")


def answers(visitor) -> bool:
    """Whether the panel answers a new connection, instead of drowning it in what others have asked for."""
    line = visitor.connect()
    try:
        line.send_binary(message("kernel_info_request", {}))
        return "kernel_info_reply" in replies(line, "kernel_info_reply")
    except (AssertionError, ConnectionError, websocket.WebSocketException, TimeoutError):
        return False
    finally:
        line.close()


# --- what a visitor may not do -------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "nowhere"])
@pytest.mark.parametrize("kind", ["execute_request", "shutdown_request", "interrupt_request", "debug_request"])
def test_a_visitor_runs_and_ends_nothing_in_a_kernel(visitor, tmp_path, kind, channel):
    trace = tmp_path / "trace"
    line = visitor.connect()
    code = f"open({str(trace)!r}, 'w').close()"
    content = {"code": code, "silent": False, "restart": False, "command": "evaluate", "type": "request"}
    line.send_binary(message(kind, content, channel))
    line.send_binary(message("kernel_info_request", {}))
    kinds = replies(line, "kernel_info_reply")
    line.close()
    assert not {"execute_reply", "shutdown_reply", "interrupt_reply", "debug_reply", "error"} & set(kinds)
    assert not trace.exists()


def test_the_code_of_the_page_is_not_told(visitor):
    assert "in_kernel" not in visitor.text
    line = visitor.connect()
    line.send_binary(message("kernel_info_request", {}))
    assert "execute_input" not in replies(line, "kernel_info_reply")
    line.close()


@pytest.mark.parametrize("session", ["x" * 65, "x" * 300, "a%00x", "a%20b", "%C3%A4", "", "a&session_id=b"])
def test_a_session_without_a_plain_name_is_refused(gallery, visitor, session):
    code, reason = closing(visitor.connect(session))
    assert code == 1008 and "session_id" in reason
    assert is_served(gallery)


@pytest.mark.parametrize(
    "kernel", ["00000000-0000-4000-8000-000000000000", "%2e%2e-a-b-c-d", "a-b-c-d-e", "x" * 3000, "*", "0" * 36]
)
def test_a_kernel_that_is_not_there_is_not_found(visitor, kernel):
    where = f"{visitor.address}api/kernels/{kernel}"
    assert ask(where)[0] == ask(where, "DELETE")[0] in (404,) or ask(where, "DELETE")[0] == 403
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(f"{where}/channels".replace("http", "ws", 1), timeout=20)
    assert refused.value.status_code == 404


@pytest.mark.parametrize("rest", ["", "/channels", "/interrupt", "/restart"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"])
def test_kernels_are_neither_listed_nor_moved_from_outside(gallery, visitor, method, rest):
    before = {kernel.pid for kernel in kernels(gallery)}
    for where in (visitor.kernel_address(rest), f"{visitor.address}api/kernels{rest}"):
        status, _, text = ask(where, method)
        assert status < 500 and (status >= 400 or (method, rest) in {("GET", ""), ("OPTIONS", "")})
        assert "Traceback" not in text
    assert before <= {kernel.pid for kernel in kernels(gallery)}


def test_another_site_is_not_joined_with_a_kernel(visitor):
    for origin in ("http://evil.example.org", "null", "http://["):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            visitor.connect(origin=origin)
        assert refused.value.status_code == 403
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        visitor.connect(host="evil.example.org")
    assert refused.value.status_code == 403


def test_a_kernel_is_given_back_with_the_cookie_of_its_own_page_only(gallery):
    visitor = Visitor(gallery.address)
    where, token = f"{gallery.address}voila/api/shutdown/{visitor.kernel}", visitor.token
    for headers in (
        {},  # no cookie
        {"Cookie": f"_xsrf={token}"},  # as a form of another site would send it
        {"X-XSRFToken": token},
        {"Cookie": "_xsrf=of-mine", "X-XSRFToken": token},
        {"Cookie": f"_xsrf={token}", "X-XSRFToken": token, "Host": "evil.example.org"},
    ):
        assert ask(where, "POST", **headers)[0] == 403, headers
    assert ask(visitor.kernel_address())[0] == 200, "it lives"
    assert visitor.leave() == 204


def test_another_template_cannot_be_asked_for(gallery):
    visitor = Visitor(gallery.address, "bell?template=lab&theme=dark")
    assert "gallery-place" in visitor.text and "in_kernel" not in visitor.text
    assert visitor.leave() == 204


# --- kernels are given back ----------------------------------------------------------------------


def test_when_all_places_are_taken_the_page_says_so_and_a_place_is_free_again(gallery, visitor):
    others = [Visitor(gallery.address) for _ in range(2)]
    status, _, text = ask(f"{gallery.address}panel/bell")
    assert status == 503 and "As many panels are open as this computer can serve." in text
    assert is_served(gallery)
    assert others.pop().leave() == 204
    others.append(Visitor(gallery.address))
    assert [other.leave() for other in others] == [204, 204]


@pytest.mark.parametrize("name", ["dies", "sleeps"])
def test_a_kernel_that_does_not_draw_is_said_and_given_back(gallery, name):
    status, _, text = ask(f"{gallery.address}panel/{name}")
    assert status == 200 and text.count("This panel could not be started.") == 1
    assert text.rstrip().endswith("</html>") and "Error" not in text
    taken = text.split('"kernelId": "')[1].split('"')[0] if "kernelId" in text else "none"
    wait_until(lambda: ask(f"{gallery.address}api/kernels/{taken}")[0] == 404, "the kernel stays")


@pytest.mark.slow
def test_pages_that_are_opened_and_left_leave_nothing_behind(gallery, visitor):
    def usual() -> bool:
        return len(kernels(gallery)) == 3  # the visitor's, and two that wait

    server = psutil.Process(gallery.process.pid)
    wait_until(usual, "kernels are missing")
    Visitor(gallery.address).leave()
    wait_until(usual, "a kernel stays")
    memory, files = server.memory_info().rss, files_at_rest(gallery)
    for _ in range(2):
        assert Visitor(gallery.address).leave() == 204
        with pytest.raises(OSError):  # leaves while the panel is being drawn
            ask(f"{gallery.address}panel/sleeps", seconds=1)
    wait_until(usual, "kernels stay")
    assert server.memory_info().rss < memory + 20e6
    wait_until(lambda: open_files(gallery) <= files + 5, "files stay open")  # fewer when the waiting kernels are warm
