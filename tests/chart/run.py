#!/usr/bin/env python3
"""Runs the chart's tests. Exit code 77, a skip to ctest, only where helm is nowhere to be found."""

import pathlib
import sys
import unittest

import helm

SKIPPED = 77


def main():
    try:
        if helm.find() is None:
            print("SKIPPED: no helm in E2E_HELM, on PATH or in the cache; `make e2e` puts one there", file=sys.stderr)
            return SKIPPED
        print(f"{helm.find()} {helm.run('version', '--short').strip()}", file=sys.stderr)
    except helm.HelmError as error:
        print(error, file=sys.stderr)
        return 1
    here = pathlib.Path(__file__).parent
    tests = unittest.defaultTestLoader.discover(str(here), pattern="test_*.py")
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
