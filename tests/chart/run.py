#!/usr/bin/env python3
"""Usage: run.py --list             prints every test class, as ctest names it
       run.py [MODULE[.CLASS]]   runs it, or everything: values.ServiceTest is class ServiceTest of test_values.py
"""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def cases(module="*"):
    """Every test with the name of its class. A module that cannot be imported is one failing test under the module's name."""
    def flat(suite):
        for part in suite:
            yield from flat(part) if isinstance(part, unittest.TestSuite) else [part]

    for case in flat(unittest.defaultTestLoader.discover(str(HERE), pattern=f"test_{module}.py")):
        kind = type(case)
        failed = kind.__module__.startswith("unittest.")
        name = case.id().rpartition(".")[2] if failed else f"{kind.__module__}.{kind.__qualname__}"
        yield name.removeprefix("test_"), case


def main(*names):
    if names == ("--list",):
        print("\n".join(dict.fromkeys(name for name, _ in cases())))
        return 0
    wanted = names[0] if names else "*"
    module, _, in_class = wanted.partition(".")
    chosen = [case for name, case in cases(module) if not in_class or name in (wanted, module)]
    result = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite(chosen))
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
