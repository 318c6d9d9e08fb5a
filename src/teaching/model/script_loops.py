"""What the number of a loop may do in Python and not in a script: be changed inside, or be read outside of its loop.

Behind a loop its name has the last number of the loop in Python. In script that number is known inside of the loop
only, so the name must have got a value of its own since, by an assignment that every way to the reading passes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def misread(function: ast.FunctionDef, arguments: Sequence[str]) -> ast.AST | None:
    """The first node of a function that would mean something else in script; None when there is none.

    Arguments: function; the names of its arguments.
    """
    loops = [one for one in ast.walk(function) if isinstance(one, ast.For)]
    names = [one for one in ast.walk(function) if isinstance(one, ast.Name)]
    for loop in loops:
        if not isinstance(loop.target, ast.Name) or loop.target.id in arguments:
            return loop
        own = [one for one in names if one.id == loop.target.id and one is not loop.target]
        inside, ends = _nodes_of(loop), _nodes_of(loop.iter)
        odd = [one for one in own if one in ends or (one in inside and isinstance(one.ctx, ast.Store))]
        if odd:
            return odd[0]
    chains = dict(_chains(function, ()))
    for one in names:
        over = [loop for loop in loops if loop.target.id == one.id]
        if over and isinstance(one.ctx, ast.Load) and not any(one in _nodes_of(loop) for loop in over):
            heads = {loop.target for loop in over}
            stores = [name for name in names if name.id == one.id and isinstance(name.ctx, ast.Store)]
            if not any(_gives(function, store, one, over, chains) for store in stores if store not in heads):
                return one
    return None


def _gives(function: ast.AST, store: ast.Name, load: ast.Name, over: list[ast.For], chains: dict) -> bool:
    """Whether every way to a reading passes this assignment, and no loop over the name comes between the two."""
    block, place = chains[store][-1]
    passed = any(other == block and later > place for other, later in chains[load])
    between = [loop for loop in over if _where(store) < _where(loop) < _where(load)]
    rounds = [_nodes_of(one) for one in ast.walk(function) if isinstance(one, (ast.For, ast.While))]
    rounds = [nodes for nodes in rounds if load in nodes and store not in nodes]
    return passed and not between and not any(loop in nodes for loop in over for nodes in rounds)


def _chains(node: ast.AST, chain: tuple) -> Iterator[tuple[ast.AST, tuple]]:
    """Each node with the statements that it lies in, from the outside: (block, place in it) each."""
    for _, values in ast.iter_fields(node):
        nodes = [one for one in (values if isinstance(values, list) else [values]) if isinstance(one, ast.AST)]
        block = id(values) if nodes and isinstance(nodes[0], ast.stmt) else None
        for place, one in enumerate(nodes):
            longer = (*chain, (block, place)) if block else chain
            yield one, longer
            yield from _chains(one, longer)


def _nodes_of(node: ast.AST) -> set[ast.AST]:
    return set(ast.walk(node))


def _where(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset
