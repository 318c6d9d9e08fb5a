"""The panel's script and style as one text each: real modules, linked in order, no build step, no network.

A widget is given one text. So the modules of `script/` are put into one, each in a function of its own:
what it exports is an object, and whoever imports takes names out of that object. Nothing else is shared.
The modules keep to the forms `import { a, b } from "./file.js";`, `import name from "./file.js";`,
`export function`, `export const` and one `export default`, each at the start of a line.
One module is no file: `model.js` is made from the text of the model itself (model/script.py).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent / "script"
#: Modules that are made when they are asked for: name -> module of Python and its function that gives the text.
GENERATED = {"model": ("teaching.model.script", "model_module")}
_IMPORT = re.compile(r'^import (\w+|\{[^}]*\}) from "\./([\w-]+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (async function|function|const) (\w+)", re.M)
_DEFAULT = re.compile(r"^export default ", re.M)


#: The style sheets of what a script shows, each on top of those before it. A desk has its own on top of the desks'.
_SHEETS = {"panel": ("panel",), "question": ("panel", "question")}
DESK_SHEETS = ("panel", "desk")
_SHEETS["benefits"] = (*DESK_SHEETS, "evidence", "benefits")  # it has the explorer's card


@cache
def script(entry: str = "panel") -> str:
    """The script of a widget, 'panel', 'question' or the name of a desk, as one module."""
    return f"{linked(entry)}\nexport default {entry}_js.default;\n"


@cache
def page_script(entry: str = "page") -> str:
    """The same script for a page without a kernel: `page_js.show_page(data, element)` starts a panel, and with the
    entry 'desk_page' `desk_page_js.show_desk(data, element)` a desk."""
    return linked(entry)


@cache
def style(entry: str = "panel") -> str:
    """The style sheet of a panel; that of a question, 'question', or of a desk, by its name, holds the panel's too.

    'all': everything that can stand in one notebook. There each widget brings the same sheet, because the last one that
    arrives has the last word: with sheets of their own, questions would be as wide as panels, and desks lose margins.
    'site': that, and what stands around a panel on a page.
    """
    return "".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in _sheets(entry))


def _sheets(entry: str) -> list[str]:
    if entry == "site":
        return [*_sheets("all"), "around"]
    if entry == "all":
        return list(dict.fromkeys(name for one in ("question", *desk_names()) for name in _sheets(one)))
    if entry in _SHEETS:
        return list(_SHEETS[entry])
    return [*DESK_SHEETS, *([entry] if (FOLDER / f"{entry}.css").is_file() else [])]


def linked(entry: str) -> str:
    """A module and everything it imports as one text, each module an object such as `numbers_js`.

    Raises ValueError for modules that import one another in a circle, or a name that is not exported.
    """
    return "\n".join(_module(name) for name in _in_order(entry, ()))


def desk_names() -> list[str]:
    """Names of the scripts of all desks."""
    return re.findall(r'^import \w+ from "\./(\w+)\.js";', _text("desks"), re.M)


@cache
def site_script() -> str:
    """The script of every page of the site: all but what only desks need, which `desk_script` has.

    Its modules stand in the table `teaching_modules` of the page, where scripts of desks find them.
    """
    return _shared(_without_desks())


@cache
def desk_script(name: str) -> str:
    """What a desk needs besides `site_script`, for a page that loads it when the desk comes near.

    Two desks of a page may bring the same module; the one that came first is used, so that there is one of each.
    """
    there = _without_desks()
    own = [module for module in _in_order(name, ()) if module not in there]
    needed = {other for module in own for _, other in _IMPORT.findall(_text(module))}
    taken = ", ".join(f"{module}_js" for module in there if module in needed)
    return f"const {{ {taken} }} = teaching_modules;\n{_shared(own)}teaching_desks.{name} = {name}_js.default;\n"


def _without_desks() -> list[str]:
    """The modules of the site, in order, but for those that only desks need."""
    return _in_order("site", (), leave=("desks",))


def _shared(names: list[str]) -> str:
    """Modules of the site without comments, each in the table of the page; the desks are those that will have come."""
    parts = ["globalThis.teaching_modules ??= {};\n"]
    for name in names:
        text = "const desks_js = { DESKS: (globalThis.teaching_desks ??= {}) };\n" if name == "desks" else _module(name)
        parts.append(text.replace(f"const {name}_js = ", f"const {name}_js = teaching_modules.{name}_js ??= ", 1))
    return without_comments("".join(parts))


def without_comments(text: str) -> str:
    """A script without lines that are only comments and without empty ones; whoever wants to read it has `script/`.

    Lines within a text of several lines (between backticks) stay as they are.
    """
    kept, in_text, in_comment = [], False, False
    for line in text.split("\n"):
        bare = line.strip()
        if not in_text:
            in_comment = in_comment or bare.startswith("/*")
            if in_comment or not bare or bare.startswith("//"):
                in_comment = in_comment and "*/" not in bare
                continue
        in_text ^= line.count("`") % 2 == 1
        kept.append(line)
    return "\n".join(kept) + "\n"


def _in_order(name: str, above: tuple[str, ...], leave: tuple[str, ...] = ()) -> list[str]:
    """The modules that a module needs, each before those that import it, and itself at the end.

    leave: modules that come without what they import.
    """
    if name in above:
        raise ValueError(f"the modules {', '.join(above)} import one another in a circle.")
    needs = [] if name in leave else [needed for _, needed in _IMPORT.findall(_text(name))]
    found = [other for needed in needs for other in _in_order(needed, (*above, name), leave)]
    return list(dict.fromkeys([*found, name]))


def _module(name: str) -> str:
    text = _text(name)
    for names, other in _IMPORT.findall(text):
        wanted = re.findall(r"\w+", names) if names.startswith("{") else ["default"]
        if missing := set(wanted) - set(_exports(other)):
            raise ValueError(f"{name}.js imports {', '.join(sorted(missing))}, which {other}.js does not export.")
    body = _IMPORT.sub(
        lambda found: f"const {found[1]} = {found[2]}_js{'' if found[1][0] == '{' else '.default'};\n", text
    )
    body = _DEFAULT.sub("const the_default = ", _EXPORT.sub(r"\1 \2", body))
    exports = ", ".join("default: the_default" if word == "default" else word for word in _exports(name))
    return f"const {name}_js = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _exports(name: str) -> list[str]:
    text = _text(name)
    return [word for _, word in _EXPORT.findall(text)] + ["default"] * bool(_DEFAULT.search(text))


@cache
def _text(name: str) -> str:
    if name in GENERATED:
        module, function = GENERATED[name]
        return getattr(import_module(module), function)()
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")
