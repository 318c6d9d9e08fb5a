"""Whether a request comes from one of our own pages, asked so that nonsense is an answer, too."""

from __future__ import annotations

import re

from teaching.inputs import shortened

LONGEST_ORIGIN = 200
_ORIGIN = re.compile(
    r"https?://(localhost|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:]{2,39}\])(:[0-9]{1,5})?",
    re.I | re.A,
)


def frame_policy(origin: str | None = None) -> str:
    """Who may show these pages in a frame, as a Content-Security-Policy: nobody, or the pages of one origin.

    origin: such as 'https://courses.example.org'. Raises ValueError with one sentence for anything else, also for an
    address with a path, and for one that names many origins.
    """
    if origin is None:
        return "frame-ancestors 'none'"
    if len(origin) > LONGEST_ORIGIN or not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"--embed {shortened(origin)} is no origin: give the beginning of the course page's address alone, such as "
            "https://courses.example.org."
        )
    return f"frame-ancestors {origin.lower()}"


class Careful:
    """Stands before a handler of Jupyter's. An origin that is no address (`http://[`) is not ours.

    jupyter_server 2.21 takes such an address apart without expecting that this may fail, and answers 500.
    """

    def check_origin(self, *origin: str) -> bool:
        """Whether the Origin of the request, if it has one, is this app."""
        try:
            return super().check_origin(*origin)
        except ValueError:
            return False

    def check_referer(self) -> bool:
        """Whether the Referer of the request is this app."""
        try:
            return super().check_referer()
        except ValueError:
            return False
