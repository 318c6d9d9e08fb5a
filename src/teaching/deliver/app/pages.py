"""The pages: the gallery, a page for each panel, and one sentence for whatever cannot be given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import tornado.web
from jupyter_server.base.handlers import JupyterHandler
from tornado.iostream import StreamClosedError
from voila.notebook_renderer import NotebookRenderer
from voila.utils import get_page_config

from teaching.deliver import pictures
from teaching.deliver.app import lesson_questions
from teaching.deliver.app.origins import Careful
from teaching.inputs import listed, shortened
from teaching.learning.naming import LESSONS
from teaching.panels import bundle
from teaching.panels.catalogue import GALLERY

FOLDER = Path(__file__).parent / "page"
#: A panel that has not been drawn after this time will not come: gallery.js says so at the same moment.
PATIENCE_SECONDS = 90
FAILED = "This panel could not be started. Reload the page; if that does not help, end the gallery and start it again."
TOLD = "The panel {!r} could not be started; until the panels end, the reason stands in {}"
FRESH_SECONDS = 600
ONLY_FROM_HERE = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'"
)
#: What is said for each status; for every other one, the last.
WORDS = {
    400: "This address, or what the browser sent with it, cannot be read; choose a panel from the list.",
    403: "This page is given only to this computer, under the address that the app has printed.",
    404: "There is no page at this address.",
    405: "This page can be read, nothing else.",
    503: "As many panels are open as this computer can serve. Close one, or try again in two minutes.",
}
#: What a link may say behind its '?', beside the panel: it goes on to the panel's page, where the panel checks it.
LINK_WORDS = ("case", "setting", "ask", "projector", "room", "size")
LONGEST_LINK = 2000  # letters of a setting, as in link.js
TOO_LONG = f"This link is too long: a setting in a link has at most {LONGEST_LINK} characters."
OTHERWISE = "This page could not be made; reload it."


class _Page(Careful, JupyterHandler):
    """Writes our own templates, also for errors: never a traceback, nothing from the network."""

    def page(self, template: str, **values) -> str:
        """The text of a page made from a template of the folder `page`."""
        found = self.settings["voila_jinja2_env"].get_template(template)
        return found.render(base=self.base_url, catalogue=GALLERY, lessons=LESSONS, **values)

    @property
    def content_security_policy(self) -> str:
        """What the browser may load for a page: what this app gives, and nothing from elsewhere.

        Jupyter's own scripts make functions from text ('unsafe-eval'), and anywidget loads a script from a blob.
        """
        return f"{super().content_security_policy}; {ONLY_FROM_HERE}"

    def write_error(self, status_code: int, **kwargs) -> None:
        """One sentence, whatever happened."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.page("sentence.html.j2", words=WORDS.get(status_code, OTHERWISE)))

    def gallery(self, words: str = "") -> None:
        """Ends with the list of all panels; `words`: one sentence over it, and the status of what is not there."""
        if words:
            self.set_status(404)
        self.set_header("Cache-Control", "no-cache")
        self.finish(self.page("gallery.html.j2", picture=pictures.of_panel, words=words))


class GalleryPage(_Page):
    """The list of all panels; with `?panel=NAME` the way to one of them."""

    @tornado.web.authenticated
    async def get(self):
        name = self.get_query_argument("panel", None)
        if name is None:
            self.gallery()
        elif name not in GALLERY:
            self.gallery(f"There is no panel {shortened(name, 40)}. Choose one from the list.")
        elif len(self.get_query_argument("setting", "")) > LONGEST_LINK:
            self.gallery(TOO_LONG)
        else:
            said = {word: self.get_query_argument(word, None) for word in LINK_WORDS}
            words = urlencode({word: value for word, value in said.items() if value is not None})
            self.redirect(f"{self.base_url}panel/{name}{'?' * bool(words)}{words}")

    head = get


class AroundPanel(_Page):
    """The script of what stands around a panel: the same modules as on the site, in one text."""

    async def prepare(self) -> None:
        """For everybody on this computer, as the files are."""
        if not self.check_host():
            raise tornado.web.HTTPError(403)

    async def get(self):
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", f"max-age={FRESH_SECONDS}")
        self.finish(f"(() => {{\n{bundle.linked('around')}\nwindow.gallery_around = around_js.start_in_app;\n}})();\n")

    head = get


class NoPage(_Page):
    """Every other address, however it is asked for."""

    async def prepare(self):
        raise tornado.web.HTTPError(404)


class GivenFile(_Page, tornado.web.StaticFileHandler):
    """A file of some folders: the first in which it stands. The arguments are those of `initialize`."""

    def initialize(self, folders: list[str]) -> None:
        """Serves what lies in these folders, and nothing else."""
        self.folders = [Path(folder).resolve() for folder in folders]
        super().initialize(path=str(self.folders[0]))

    async def prepare(self) -> None:
        """A file is for everybody on this computer: nobody is asked who he is."""
        if not self.check_host():
            raise tornado.web.HTTPError(403)

    def get_absolute_path(self, root: str, path: str) -> str:
        """Where the file is; 404 when it is nowhere. `root` becomes the folder that it was found in."""
        for folder in self.folders:
            try:
                found = (folder / path).resolve()
                if found.is_relative_to(folder) and found.is_file():
                    self.root = str(folder)
                    return str(found)
            except (OSError, ValueError):  # a name that no file can have
                continue
        raise tornado.web.HTTPError(404)

    def get_cache_time(self, path: str, modified, mime_type: str) -> int:
        """Seconds: from panel to panel nothing is asked for again, and a newer kit soon has its newer files."""
        return super().get_cache_time(path, modified, mime_type) or FRESH_SECONDS


class PanelPage(_Page):
    """One panel: the head of the page goes out at once, the rest when the kernel has drawn the panel."""

    def initialize(self, renderer: dict) -> None:
        """Takes what the server knows about Voila's renderer."""
        self.renderer = renderer
        self.kernel_id: str | None = None
        self.left = False

    @tornado.web.authenticated
    async def head(self, name: str):
        """Whether there is such a panel: no kernel is needed to say so."""
        if name not in GALLERY:
            raise tornado.web.HTTPError(404)

    @tornado.web.authenticated
    async def get(self, name: str):
        names = list(GALLERY)
        if name not in GALLERY:
            raise tornado.web.HTTPError(404)
        asked = lesson_questions.of_panel(name)
        question = self.get_query_argument("ask", "")
        if question and question not in asked:
            known = f"; it has: {listed(asked)}" if asked else " and no other"
            self.gallery(f"The panel '{name}' has no question {shortened(question, 40)}{known}.")
            return
        if self.kernel_manager.is_full():
            raise tornado.web.HTTPError(503)
        place = names.index(name)
        neighbours = {
            "before": names[place - 1] if place else None,
            "after": names[place + 1] if place + 1 < len(names) else None,
        }
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.panel_name, self.question = name, question
        self.xsrf_token  # noqa: B018  asking for it sets the cookie with which a closing page gives its kernel back
        about = {"entry": GALLERY[name], "name": name, "asked": asked, "question": question}
        self.write(self.page("panel_start.html.j2", **about, **neighbours))
        failed = False
        try:
            await self.flush()
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for part in self._parts():
                    failed = failed or "gallery-failed" in part
                    self.write(part)
                    await self.flush()
        except StreamClosedError:
            self.left = True
        except Exception:
            self.log.exception("the page of the panel %r could not be made", name)
            if not failed:
                self.write(f'<p role="alert" class="gallery-failed">{FAILED}</p>')
            failed = True
        if failed and not self.left:
            print(TOLD.format(name, self.settings["voila"].scratch / "gallery.log"), flush=True)
        if failed or self.left:
            await self._give_back()
        if not self.left:
            self.finish(self.page("panel_end.html.j2", entry=GALLERY[name]))

    async def _parts(self) -> AsyncIterator[str]:
        """What Voila adds to the page, part by part; the words behind a '?' of the address are not for it."""
        configuration = self.renderer["voila_configuration"]
        renderer = NotebookRenderer(
            request_handler=self,
            page_config=get_page_config(self.base_url, self.settings, self.log, configuration),
            base_url=self.base_url,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            **self.renderer,
        )
        await renderer.initialize()
        self.kernel_id = await self.kernel_manager.start_kernel()
        if self.left:
            raise StreamClosedError
        kernel = self.kernel_manager.get_kernel(self.kernel_id)
        try:
            async for part, _ in renderer.generate_content_generator(self.kernel_id, kernel):
                yield part
        finally:
            # Voila lets go of its connection to the kernel when the panel is drawn, and of none that ends before.
            client = getattr(getattr(renderer, "executor", None), "kc", None)
            if client is not None:
                client.stop_channels()

    def on_connection_close(self) -> None:
        """The reader has left before the page was complete."""
        self.left = True
        asyncio.ensure_future(self._give_back())

    async def _give_back(self) -> None:
        """Ends the kernel that nobody will connect to."""
        kernel_id, self.kernel_id = self.kernel_id, None
        if kernel_id in self.kernel_manager:
            await self.kernel_manager.shutdown_kernel(kernel_id, now=True)


def choose_panel(handler: PanelPage, notebook, cwd: str):
    """The notebook of one cell that shows the panel which the page asks for."""
    names = f"{handler.panel_name!r}, {handler.question!r}"  # both stand in lists of ours
    notebook.cells[0].source = f"from teaching.deliver.app import in_kernel; in_kernel.show({names})"
    return notebook
