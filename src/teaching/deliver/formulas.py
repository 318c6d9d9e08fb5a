"""Formulas as MathML, which browsers draw by themselves: no font and no script has to come from anywhere."""

from __future__ import annotations

import html
import re

#: A function's name before a number or a letter: browsers put no gap between the two by themselves.
_FUNCTION = re.compile(r"(<mi>(?:ln|log|exp)</mi>)(?=<m[in]>)")


def mathml(latex: str, display: str) -> str:
    """A formula as a `<math>` element that names its LaTeX to screen readers; display is 'inline' or 'block'.

    Raises ImportError where latex2mathml, of the extra `site`, is not installed.
    """
    from latex2mathml.converter import convert

    formula = _FUNCTION.sub(r'\1<mspace width="0.17em"/>', convert(latex.strip(), display=display))
    return formula.replace("<math ", f'<math aria-label="{html.escape(latex)}" ', 1)
