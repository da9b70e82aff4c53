"""The cells of the matrix: scenarios/matrix.yaml, read strictly, and its axes in pairs."""
import difflib
import fnmatch
import itertools
from typing import NamedTuple

import yaml

AXES = ("kubernetes", "helm", "server", "case")


class Mistake(Exception):
    """What is wrong in a file or on the command line, for the user to mend."""


class Cell(NamedTuple):
    """One combination, in the order of AXES."""
    kubernetes: str
    helm: str
    server: str
    case: str

    @property
    def id(self):
        return "_".join(self)


class Case(NamedTuple):
    """A file of chart/ci: the layout that it is for (None: any), and values over it."""
    layout: str | None
    set: dict


class Plan(NamedTuple):
    """What matrix.yaml says."""
    kubernetes: list
    helm: list
    servers: dict
    run: list
    cases: dict
    steps: list
    elsewhere: dict

    def cells(self):
        """Every two values of two axes that fit together are in one of these; the same file gives the same list."""
        return pairwise([cell for cell in itertools.starmap(Cell, itertools.product(
            self.kubernetes, self.helm, self.servers, self.cases)) if self.fits(cell)])

    def fits(self, cell):
        return self.cases[cell.case].layout in (None, self.servers[cell.server])


def read(path, chart):
    """The plan of the file, which has to name each case of the chart once."""
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise Mistake(f"{path}: {error}") from None
    fields = Plan.__annotations__
    if not isinstance(document, dict) or set(document) != set(fields):
        odd = set(document) ^ set(fields) if isinstance(document, dict) else set(fields)
        raise Mistake(f"{path}: needs {', '.join(fields)}; missing or unknown: {', '.join(sorted(map(str, odd)))}")
    for name, kind in fields.items():
        if not isinstance(document[name], kind) or not document[name]:
            raise Mistake(f"{path}: {name} is no {'list' if kind is list else 'map'} with anything in it")
    for name, more in document["cases"].items():
        if not isinstance(more, dict) or not set(more) <= {"layout", "set"}:
            raise Mistake(f"{path}: case {name} may have layout and set, and nothing else")
    plan = Plan(**document | {"cases": {name: Case(more.get("layout"), more.get("set", {}))
                                        for name, more in document["cases"].items()}})
    check(plan, path, chart)
    return plan


def check(plan, path, chart):
    """That nothing is left out in silence."""
    there = {file.name.removesuffix("-values.yaml") for file in (chart / "ci").glob("*-values.yaml")}
    named = list(plan.cases) + list(plan.elsewhere)
    for name in sorted(there - set(named)):
        raise Mistake(f"{path}: chart/ci/{name}-values.yaml is neither in cases nor in elsewhere")
    for name in named:
        if name not in there or named.count(name) > 1:
            raise Mistake(f"{path}: case {name} is {'named twice' if name in there else 'not in chart/ci'}")
    for name, case in plan.cases.items():
        if case.layout not in (None, *plan.servers.values()):
            raise Mistake(f"{path}: case {name}: no server has layout {case.layout}")


def pairwise(possible):
    """A small choice out of the possible cells with every pair of values that is in any of them. Greedy: the cell with the most
    pairs that are still missing is next, and the first of equals."""
    missing = set().union(*map(pairs, possible))
    chosen = []
    while missing:
        chosen.append(max(possible, key=lambda cell: len(pairs(cell) & missing)))
        missing -= pairs(chosen[-1])
    return chosen


def pairs(cell):
    return set(itertools.combinations(zip(AXES, cell), 2))


def choose(cells, patterns):
    """Those whose id fits one of the patterns (with commas or blanks between them); all of them without one."""
    patterns = patterns.replace(",", " ").split()
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(cell.id, pattern) for cell in cells):
            near = difflib.get_close_matches(pattern, [cell.id for cell in cells], n=3, cutoff=0.3)
            raise Mistake(f"no cell fits {pattern}" + (f"; the nearest are {', '.join(near)}" if near else ""))
    return [cell for cell in cells if not patterns or any(fnmatch.fnmatchcase(cell.id, p) for p in patterns)]
