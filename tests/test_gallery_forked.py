"""Kernels as copies of a warm parent (Linux), and as ever where no copy can be had."""

import os
import re
import sys
import time

import psutil
import pytest
from browser.running_gallery import running_gallery
from test_gallery import ask

from teaching.deliver.app import forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies programs safely")
NAME = "treatment"


def parent_of(gallery) -> psutil.Process:
    (found,) = [
        one for one in psutil.Process(gallery.process.pid).children() if "app.parent" in " ".join(one.cmdline())
    ]
    return found


def kernel_id(text: str) -> str:
    return re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', text)[1]


@pytest.fixture(scope="module")
def gallery():
    with running_gallery() as found:
        yield found


def test_a_kernel_is_a_copy_and_shares_its_parents_memory(gallery):
    status, text = ask(gallery.panel(NAME))
    assert status == 200 and "widget-view" in text
    kernel = gallery.kernel(kernel_id(text))
    assert kernel.parent() == parent_of(gallery)
    found = kernel.memory_full_info()
    assert found.pss < 0.7 * found.rss  # most of what it holds belongs to its parent and sisters too


def test_two_visitors_of_one_panel_do_not_share_it(gallery):
    first, second = (gallery.kernel(kernel_id(ask(gallery.panel(NAME))[1])) for _ in range(2))
    assert first.pid != second.pid and first.parent() == second.parent() == parent_of(gallery)


def test_without_the_parent_kernels_start_as_ever():
    with running_gallery() as gallery:
        assert ask(gallery.panel(NAME))[0] == 200
        parent = parent_of(gallery)
        copies = parent.children()
        assert copies
        parent.kill()
        deadline = time.monotonic() + 20
        while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.1)
        # Nobody but their own watch ends them when server and parent are gone: a kernel stayed for ever.
        left = psutil.wait_procs(copies, timeout=20)[1]
        assert not left, "copies outlived their parent"
        status, text = ask(gallery.panel("bell"))
        assert status == 200 and "widget-view" in text
        assert "ipykernel" in " ".join(gallery.kernel(kernel_id(text)).cmdline())


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("TEACHING_FORK", "0")
    assert not forked.can_fork()
    with running_gallery() as gallery:
        assert ask(gallery.panel(NAME))[0] == 200
        assert all("ipykernel" in " ".join(one.cmdline()) for one in gallery.kernels())


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_nothing_is_copied(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert not forked.can_fork()


def test_a_copy_that_has_ended_is_seen_even_when_its_parent_is_busy():
    """Between its end and the parent's note it is a zombie: no page may be given to it."""
    pid = os.fork()
    if not pid:
        os._exit(3)
    found, deadline = forked.ForkedProcess(pid, {}), time.monotonic() + 10
    while found.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert found.poll() is not None
    os.waitpid(pid, 0)
    assert forked.ForkedProcess(pid, {pid: 3}).poll() == 3


def test_a_kernel_outlives_neither_server_nor_parent():
    """Both are killed, so nobody shuts a kernel down: each must see for itself that its parent is gone."""
    with running_gallery() as gallery:
        assert ask(gallery.panel(NAME))[0] == 200
        parent = parent_of(gallery)
        kernels = parent.children()
        assert kernels
        gallery.process.kill()
        assert not psutil.wait_procs([parent, *kernels], timeout=20)[1]
