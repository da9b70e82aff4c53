"""The table of the matrix: kept from run to run, and shown as Markdown and JSON."""
import json
import os

from matrix_plan import AXES

# The worst of the cells' verdicts is the matrix's, in this order; the exit codes are those of stalwart-e2e.
EXIT_CODES = {"PASS": 0, "SKIPPED": 5, "FLAKY": 6, "INCONCLUSIVE": 4, "INFRA": 3, "FAIL": 1, "INTERRUPTED": 130}
WAITING = "not run"


class Table:
    """Rows by the cells' ids; on the disk after each change, so that a killed run keeps what was done."""

    def __init__(self, folder, cells):
        self.folder, self.cells = folder, cells
        self.kept = self.read()
        self.rows = {}

    def read(self):
        try:
            rows = json.loads((self.folder / "matrix.json").read_text())["cells"]
            return {row["id"]: row for row in rows if isinstance(row["key"], str) and isinstance(row["verdict"], str)}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    def passed(self, cell, key):
        """The row of a run of the same inputs that passed, or None. Whatever else a cell was, it is run again."""
        row = self.kept.get(cell.id)
        return row if row and row["verdict"] == "PASS" and row["key"] == key else None

    def put(self, cell, **row):
        self.rows[cell.id] = {"id": cell.id} | dict(zip(AXES, cell)) | row
        self.write()

    def all_rows(self):
        """Also what was known before of cells that were not chosen or not reached, which is no part of the verdict."""
        for cell in self.cells:
            before = self.kept.get(cell.id)
            if cell.id in self.rows:
                yield self.rows[cell.id]
            elif before:
                yield before | {"earlier": True}

    def verdict(self, chosen):
        """Of the chosen cells; one that has no row yet was not reached."""
        found = [self.rows[cell.id]["verdict"] if cell.id in self.rows else "INTERRUPTED" for cell in chosen]
        return max(found, key=list(EXIT_CODES).index)

    def write(self, verdict=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        whole = {"schema": 1, "verdict": verdict, "cells": list(self.all_rows())}
        write_whole(self.folder / "matrix.json", json.dumps(whole, indent=1) + "\n")
        write_whole(self.folder / "matrix.md", self.markdown(verdict))

    def markdown(self, verdict=None):
        text = f"# Matrix: {verdict or 'not finished'}\n\n"
        text += f"| {' | '.join(AXES)} | ran on | verdict | seconds | why |\n|{'---|' * (len(AXES) + 4)}\n"
        known = {row["id"]: row for row in self.all_rows()}
        for cell in self.cells:
            row = known.get(cell.id, {})
            word = row.get("verdict", WAITING) + (", of an earlier run" if row.get("earlier") else "")
            values = (*cell, row.get("ran_on", ""), word, row.get("seconds", ""), row.get("reason", ""))
            text += f"| {' | '.join(escaped(value) for value in values)} |\n"
        return text


def escaped(value):
    return str(value).replace("|", "\\|").replace("\n", " ")


def write_whole(path, text):
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text)
    os.replace(draft, path)
