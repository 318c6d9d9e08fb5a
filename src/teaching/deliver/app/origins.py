"""Whether a request comes from one of our own pages, asked so that nonsense is an answer, too."""

from __future__ import annotations


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
