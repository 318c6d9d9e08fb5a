"""The pages: the gallery, a page for each panel, and one sentence for an address that leads nowhere."""

from __future__ import annotations

from pathlib import Path

import tornado.web
from jupyter_server.base.handlers import JupyterHandler
from tornado.iostream import StreamClosedError
from voila.tornado.handler import TornadoVoilaHandler

from teaching.panels.catalogue import CATALOGUE, LESSONS

FOLDER = Path(__file__).parent / "page"
FAILED = "This panel could not be started. Reload the page; if that does not help, end the gallery and start it again."
TOLD = "The panel {!r} could not be started; until the panels end, the reason stands in {}"


class _Page(JupyterHandler):
    """Writes our own templates, also for errors: never a traceback, nothing from the network."""

    def page(self, template: str, **values) -> str:
        """The text of a page made from a template of the folder `page`."""
        found = self.settings["voila_jinja2_env"].get_template(template)
        return found.render(base=self.base_url, catalogue=CATALOGUE, lessons=LESSONS, **values)

    def write_error(self, status_code: int, **kwargs) -> None:
        """One sentence."""
        gone = status_code == 404
        words = "There is no page at this address." if gone else "This page could not be made; reload it."
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.page("sentence.html.j2", words=words))


class GalleryPage(_Page):
    """The list of all panels."""

    @tornado.web.authenticated
    async def get(self):
        self.set_header("Cache-Control", "no-cache")
        self.finish(self.page("gallery.html.j2"))


class NoPage(_Page):
    """Every other address."""

    async def prepare(self):
        await super().prepare()
        raise tornado.web.HTTPError(404)


class PanelPage(_Page, TornadoVoilaHandler):
    """One panel: the head of the page goes out at once, the rest when the kernel has drawn the panel."""

    @tornado.web.authenticated
    async def get(self, name: str):
        names = list(CATALOGUE)
        if name not in CATALOGUE:
            raise tornado.web.HTTPError(404)
        place = names.index(name)
        neighbours = {
            "before": names[place - 1] if place else None,
            "after": names[place + 1] if place + 1 < len(names) else None,
        }
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.panel_name = name
        self.xsrf_token  # noqa: B018  asking for it sets the cookie with which a closing page gives its kernel back
        self.write(self.page("panel_start.html.j2", entry=CATALOGUE[name], **neighbours))
        await self.flush()
        try:
            async for part in self.get_generator():
                self.write(part)
                await self.flush()
                if "gallery-failed" in part:
                    print(TOLD.format(name, self.settings["voila"].scratch / "gallery.log"), flush=True)
        except StreamClosedError:
            return  # the reader has left; the kernel is forgotten a little later
        except Exception:
            self.log.exception("the page of the panel %r could not be made", name)
            self.write(f'<p role="alert" class="gallery-failed">{FAILED}</p>')
        self.finish(self.page("panel_end.html.j2", entry=CATALOGUE[name]))


def choose_panel(handler: PanelPage, notebook, cwd: str):
    """The notebook of one cell that shows the panel which the page asks for."""
    notebook.cells[0].source = f"from teaching.gallery import in_kernel; in_kernel.show({handler.panel_name!r})"
    return notebook
