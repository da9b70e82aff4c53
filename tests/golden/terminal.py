"""A run on a terminal: the program gets a pseudo-terminal, and what a person would see at its end comes out of it."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

TOKEN = re.compile(r"\x1b\[([\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+|\x1b")
HALF = re.compile(r"\x1b(\[[\d;]*)?$")


class Screen:
    """As much of a terminal as the program asks for: lines that wrap, carriage returns, the cursor up, and clearing to the end."""

    def __init__(self, columns):
        self.columns, self.lines, self.row, self.column, self.seen = columns, [""], 0, 0, []
        self.rest = ""

    def write(self, text):
        text = self.rest + text
        half = HALF.search(text)
        self.rest = half.group(0) if half else ""
        text = text[:len(text) - len(self.rest)]
        for token in TOKEN.finditer(text):
            number, letter = token.group(1), token.group(2)
            if letter == "J":
                self.lines[self.row] = self.lines[self.row][:self.column]
                del self.lines[self.row + 1:]
            elif letter == "A":
                self.row = max(0, self.row - int(number or 1))
            elif letter == "m":
                continue
            elif letter:
                raise AssertionError(f"an escape that is not known: {token.group(0)!r}")
            elif token.group(0) == "\r":
                self.column = 0
            elif token.group(0) == "\n":
                self.write_newline()
            else:
                self.put(token.group(0))
        self.seen.append("\n".join(self.lines))

    def put(self, text):
        while text:
            if self.column == self.columns:
                self.write_newline()
            part = text[:self.columns - self.column]
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + part + line[self.column + len(part):]
            self.column += len(part)
            text = text[len(part):]

    def write_newline(self):
        self.row, self.column = self.row + 1, 0
        self.lines += [""] * (self.row + 1 - len(self.lines))


def open_terminal(columns, rows=24):
    """The program's side and ours, with output as it is."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return ours, theirs


def watch(process, ours, screen, within=60):
    """Until the process ends."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.1)
        if ready:
            try:
                screen.write(os.read(ours, 65536).decode(errors="replace"))
                continue
            except OSError:
                return
        if process.poll() is not None:
            return
    raise AssertionError(f"it hangs: {screen.seen[-1]}")
