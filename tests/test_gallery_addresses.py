"""Every address of the gallery, asked for in every odd way: never a failure, never anything from outside."""

import http.client
import re
import socket
import sys
from urllib.parse import urlsplit

import pytest
from browser.running_gallery import running_gallery
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

#: The gallery without kernels: no address that is asked for here needs one.
NO_KERNELS = """
from teaching.deliver import cli
from teaching.deliver.app import kernels
kernels.WarmKernels.fill = lambda self: None
raise SystemExit(cli.main(["app", "--no-browser"]))
"""
ROUTES = """
/ /panel/ /panel/treatment /page/gallery.css /page/gallery.js /page/head.html.j2 /logout /login /voila/templates/
/voila/templates/x /voila/templates/base/static/voila.js /voila/static/ /voila/static/voila.js /voila/labextensions/
/voila/labextensions/anywidget/package.json /voila/files/panel.ipynb /voila/api/themes/ /voila/api/shutdown/
/voila/render/panel.ipynb /voila/tree /api/kernels /api/kernels/00000000-0000-4000-8000-000000000000
/api/kernels/00000000-0000-4000-8000-000000000000/channels /api/contents /static/ /favicon.ico *
""".split()
TWISTS = r"""
.. . %2e%2e %2E%2E%2F ..%2f %5c.. \ // / %2f %00 %ff %c0%ae % %zz %25 %252e ~ ~root : C:%5c | con %0d%0aX:y ä ; @ ( *
etc/passwd panel.ipynb gallery.log kernels.log server.py page {{7*7}}
""".split()
LONG = ["a" * 300, "a" * 5000, "./" * 50, "../" * 20, "%2e%2e/" * 20]
QUERIES = """
? ?a ?= ?v=1 ?% ?%ff ?%00=%00 ?no_track_activity=%ff ?template=.. ?token=%ff ?session_id=%ff ?_xsrf=%ff ?a[]=1;b ??
""".split()
METHODS = "GET HEAD POST PUT DELETE PATCH OPTIONS TRACE CONNECT PROPFIND get X _".split()
BODY = "5\r\nhello\r\n0\r\n\r\n"  # five bytes, or a chunk of five bytes
#: Headers that a server reads, and what may stand in them, one after the other.
HEADERS = {
    "Host": r"127.0.0.1 localhost evil.example.org [::1] [ 127.0.0.1:x %00 http+unix://x 127.0.0.1:99999999999",
    "Range": r"bytes=0-1 bytes=-1 bytes=5-2 bytes=0-99999999999999999999 bytes=a-b bytes=- x bytes=0-0,2-3",
    "If-None-Match": 'ÿ * "x" x W/" """"""""',
    "If-Modified-Since": "x 0 Thu,01-Jan-1970-00:00:00-GMT 99-Foo-99999 1-Jan-0001-00:00:00-+9999",
    "Content-Length": "0 5 -1 x 99999999999999999999 5,6",
    "Transfer-Encoding": "chunked x chunked,chunked",
    "Content-Type": "application/json multipart/form-data;boundary=x multipart/form-data x ÿ",
    "Cookie": "_xsrf=x _xsrf=2|ff|x|1 a = username-127-0-0-1-8866=x ÿ=ÿ " + "a=" + "b" * 3000,
    "X-XSRFToken": "x ÿ 2|0|0|0",
    "Authorization": "token-x Basic-x ÿ",
    "Origin": "null http://evil.example.org x http://[ ÿ",
    "Referer": "http://[ x",
    "Upgrade": "websocket h2c x",
    "Connection": "Upgrade keep-alive x",
    "Sec-WebSocket-Version": "13 8 x",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ== x",
    "Sec-WebSocket-Extensions": "permessage-deflate ;;; permessage-deflate;server_max_window_bits=x",
    "Accept-Language": "ÿ ;q=x ../../x " + "x" * 500,
    "Expect": "100-continue x",
}


@pytest.fixture(scope="module")
def gallery():
    with running_gallery(command=(sys.executable, "-c", NO_KERNELS)) as gallery:
        yield gallery
        said = gallery.end()
    assert "Traceback" not in said


def answer(gallery, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body for this request, byte for byte; status 0 when the connection was ended without an answer."""
    lines = {"Host": "127.0.0.1", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    parts = urlsplit(gallery.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        try:
            line.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n{BODY}".encode("latin-1", "replace"))
            came = http.client.HTTPResponse(line, method=method)
            came.begin()
            return came.status, came.read()
        except (http.client.BadStatusLine, http.client.IncompleteRead, ConnectionError):
            return 0, b""


@some.composite
def addresses(draw) -> str:
    """A known address, or something beside it."""
    path = draw(some.sampled_from(ROUTES))
    for twist in draw(some.lists(some.one_of(some.sampled_from(TWISTS + LONG), some.text(max_size=5)), max_size=4)):
        place = draw(some.integers(0, len(path)))
        path = path[:place] + twist + path[place:]
    path = re.sub(r"[\s\x00-\x1f]", "", path)
    if re.fullmatch(r"/panel/treatment", path):  # this one would start a kernel
        path += "/"
    return path + draw(some.sampled_from(["", *QUERIES]))


@some.composite
def oddities(draw) -> dict[str, str]:
    """Headers, most of them nonsense."""
    names = draw(some.lists(some.sampled_from(sorted(HEADERS)), max_size=4, unique=True))
    return {name: draw(some.sampled_from(HEADERS[name].split())) for name in names}


# --- the law -------------------------------------------------------------------------------------

#: What stands in files of this computer, in code and in logs, and in no page.
OUTSIDE = [b"root:", b"in_kernel", b"nbformat", b"import ", b"{%", b"Traceback", b"WARNING", b"site-packages"]


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.sampled_from(METHODS), addresses(), oddities())
def test_no_request_fails_or_gets_what_is_not_for_it(gallery, method, path, headers):
    status, body = answer(gallery, method, path, headers)
    assert status == 0 or 100 < status < 500
    if not re.search(r"\.js|\.json", path):  # the scripts of Voila hold most words
        assert [words for words in OUTSIDE if words in body] == []
    elif status < 300 and body:
        assert b"webpack" in body or b"jupyterlab" in body or b"gallery_panel_is_loading" in body


@pytest.mark.parametrize(
    "address",
    "nowhere logout login voila/templates/ voila/templates/x voila/templates/a/b/c voila/files/panel.ipynb panel/x "
    "voila/static/../conf.json voila/static/%2e%2e/conf.json voila/static/ voila/static/%00 page/pages.py "
    "voila/labextensions/../../../etc/passwd voila/tree voila/api/themes/x api/contents".split(),
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_not_there_is_said_on_a_page_of_the_kit(gallery, method, address):
    status, body = answer(gallery, method, "/" + address, {"Content-Length": "5"})
    assert status == 404 or (method == "POST" and status in (403, 405))
    if method == "GET":
        text = body.decode()
        assert "<p>There is no page at this address.</p>" in text and "All panels" in text
        assert "B-cell depletion" in text and 'href="/page/gallery.css"' in text


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "words"),
    [
        ("GET", "/", {"Host": "evil.example.org"}, 403, "under the address that the app has printed"),
        ("GET", "/page/gallery.js", {"Host": "evil.example.org"}, 403, "under the address that the app has printed"),
        ("GET", "/panel/%ff", {}, 404, "no page at this address"),
        ("GET", "/voila/static/%ff", {}, 400, "cannot be read"),
        ("PUT", "/", {"Cookie": "_xsrf=a", "X-XSRFToken": "a"}, 405, "can be read, nothing else"),
    ],
)
def test_a_refusal_is_one_plain_sentence(gallery, method, address, headers, status, words):
    came, body = answer(gallery, method, address, {**headers, "Content-Length": "0"})
    assert came == status and words in body.decode()


@pytest.mark.parametrize("size", [2**16 + 1, 2**40, 10**30])
def test_a_body_that_no_page_sends_is_not_waited_for(gallery, size):
    assert answer(gallery, "POST", "/", {"Content-Length": str(size)})[0] in (0, 400, 413)
