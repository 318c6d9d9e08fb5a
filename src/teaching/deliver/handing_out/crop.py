"""A panel's stored picture without the heading above it and the sentences below it.

`figures.drawing.Drawing.file` writes both around the picture, in letters that are small on paper and on a wall. There
both stand beside the picture as words.
"""

from __future__ import annotations

import base64
import io
import textwrap
from functools import lru_cache

#: How many letters a line of the sentences has at most, as the drawing wraps them.
LINE_LETTERS = 105
#: A row of the picture holds something where a pixel is darker than this.
_WHITE = 250
#: Letters of heading and sentences are not higher than this [pixels]: more belongs to the picture.
_MOST_HIGH = 34
_EDGE = 8


@lru_cache(maxsize=64)  # the same picture stands on paper and on a slide
def cropped(png: str, words: str) -> str:
    """The picture, PNG in base 64, cut; as it was where heading and lines are not found where they should stand."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(png))) as opened:
        image = opened.convert("RGB")
    dark = (np.asarray(image) < _WHITE).any(axis=2)
    bands = _bands(dark.any(axis=1))
    lines = len(textwrap.wrap(words, LINE_LETTERS))
    if len(bands) < lines + 2:
        return png
    around = [bands[0], *bands[len(bands) - lines :]]
    if any(end - start > _MOST_HIGH for start, end in around):
        return png
    left = bands[1 : len(bands) - lines]
    columns = np.flatnonzero(dark[left[0][0] : left[-1][1]].any(axis=0))
    box = (columns[0] - _EDGE, left[0][0] - _EDGE, columns[-1] + _EDGE, left[-1][1] + _EDGE)
    whole = (max(box[0], 0), max(box[1], 0), min(box[2], image.width), min(box[3], image.height))
    stream = io.BytesIO()
    image.crop(whole).quantize(128).save(stream, format="PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode()


def _bands(rows) -> list[tuple[int, int]]:
    """(first row, row after the last) of every run of rows that hold something."""
    bands, start = [], None
    for place, holds in enumerate([*rows, False]):
        if holds and start is None:
            start = place
        elif not holds and start is not None:
            bands.append((start, place))
            start = None
    return bands
