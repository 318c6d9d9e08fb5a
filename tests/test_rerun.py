"""Running a cell again lets go of what it showed before: after fifty runs memory holds what it held after two."""

import pytest
from jupyter_client.manager import start_new_kernel

COUNT = """
import gc
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
gc.collect()
print(len(_instances), sum(type(one) is Figure for one in gc.get_objects()))
"""


class Kernel:
    """A real kernel that is asked as JupyterLab asks: each run names its cell."""

    def __init__(self, client):
        self.client, self.cells = client, {}

    def run(self, *cells: str) -> None:
        """Notes what the cells hold, each 'name: code'."""
        self.cells |= dict(cell.split(": ", 1) for cell in cells)

    def once(self, name: str) -> str:
        """Runs a cell; what it printed."""
        content = {
            "code": self.cells[name],
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
        }
        message = self.client.session.msg("execute_request", content, metadata={"cellId": name})
        self.client.shell_channel.send(message)
        printed = ""
        while True:
            answer = self.client.get_iopub_msg(timeout=120)
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            assert answer["msg_type"] != "error", answer["content"]
            printed += (
                answer["content"]["text"]
                if answer["msg_type"] == "stream" and answer["content"]["name"] == "stdout"
                else ""
            )
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return printed


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("TEACHING_ANSWERS", str(tmp_path / "answers"))
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    yield Kernel(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_after_a_dozen_runs_of_a_cell_nothing_has_been_added(kernel):
    kernel.run(
        "start: from teaching import panels; from teaching.panels import questions",
        "panel: panels.bell()", "question: questions.check('01-half-life')", f"count: {COUNT}",
    )  # fmt: skip
    kernel.once("start")
    counts = []
    for number in range(12):
        kernel.once("panel")
        kernel.once("question")
        if number in (1, 5, 11):
            counts.append(kernel.once("count"))
    assert counts[0] == counts[1] == counts[2], counts


@pytest.mark.slow
def test_what_a_student_still_holds_or_shows_elsewhere_stays_alive(kernel):
    kernel.run(
        "start: from teaching import panels",
        "mine: mine = panels.bell(); mine", "again: mine", "fresh: panels.bell()",
        "alive: print(mine.comm is not None, mine.error == '')", "twice: mine\nmine",
    )  # fmt: skip
    for name in ("start", "mine", "again"):
        kernel.once(name)
    kernel.once("mine")  # the first panel is still shown by the cell `again`
    assert kernel.once("alive") == "True True\n"
    kernel.once("again")
    kernel.once("again")
    assert kernel.once("alive") == "True True\n"
    kernel.run(
        "one: kept = panels.bell()", "show: kept", "other: panels.bell()\nkept", "alive: print(kept.comm is not None)"
    )
    for name in ("one", "show", "show", "other", "show"):
        kernel.once(name)
    assert kernel.once("alive") == "True\n"


@pytest.mark.slow
def test_a_panel_that_was_let_go_opens_again_when_it_is_shown(kernel):
    kernel.run(
        "start: from teaching import panels; made = []", "cell: made.append(panels.bell()); made[-1]",
        "closed: print([one.comm is None for one in made])", "show: made[0]",
        "moves: made[0].press(made[0].presets[1].label); print(made[0].error == '')",
    )  # fmt: skip
    for name in ("start", "cell", "cell"):
        kernel.once(name)
    assert kernel.once("closed") == "[True, False]\n"
    kernel.once("show")
    assert kernel.once("closed") == "[False, False]\n"
    assert kernel.once("moves") == "True\n"
