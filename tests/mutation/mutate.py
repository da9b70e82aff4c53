"""Small changes of C++ that compile and mean something else."""
import re

# (what it is called, pattern, replacement). In spaces, as the formatter sets them, an operator is never part of a template.
OPERATORS = [
    ("== becomes !=", r" == ", " != "),
    ("!= becomes ==", r" != ", " == "),
    ("< becomes <=", r" < ", " <= "),
    ("<= becomes <", r" <= ", " < "),
    ("> becomes >=", r" > ", " >= "),
    (">= becomes >", r" >= ", " > "),
    ("&& becomes ||", r" && ", " || "),
    ("|| becomes &&", r" \|\| ", " && "),
    ("a negation is gone", r"(?<=[( ])!(?=[\w(*])", ""),
    ("an if is turned", r"\bif \((?!const|auto)(.*)\)(?= [{\w+*]|$)", r"if (!(\1))"),
    ("true becomes false", r"\btrue\b", "false"),
    ("false becomes true", r"\bfalse\b", "true"),
    ("+ 1 is gone", r" \+ 1\b", ""),
    ("- 1 is gone", r" - 1\b", ""),
    ("continue is gone", r"\bcontinue;", ";"),
    ("an early return is gone", r"(?<=\) )return;", ";"),
    ("max becomes min", r"std::max\b", "std::min"),
    ("min becomes max", r"std::min\b", "std::max"),
]
CODE = re.compile(r'//.*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')


def code_of(line):
    """The line with comments and texts blanked out, so that places stay the same."""
    if line.lstrip().startswith("#"):
        return " " * len(line)
    return CODE.sub(lambda found: " " * len(found.group(0)), line)


def mutations(text):
    """[(line number from 1, what, the text with that change)]: each changes one place."""
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines):
        code = code_of(line)
        for what, pattern, replacement in OPERATORS:
            for match in re.finditer(pattern, code):
                # The groups' own text may hold what was blanked out.
                part = re.compile(pattern).match(line, match.start())
                if part is None:
                    continue
                changed = line[:match.start()] + part.expand(replacement) + line[part.end():]
                found.append((number + 1, what, "\n".join(lines[:number] + [changed] + lines[number + 1:])))
    return found
