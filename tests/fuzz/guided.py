"""How does one target run under atheris? `python -m tests.fuzz.guided TARGET [ARGUMENTS OF LIBFUZZER]`

Called by `tests.fuzz.run` as a process of its own, because libFuzzer ends the process that it runs in.
"""

import sys

import atheris

OURS = ["licenses", "uploads", "payloads", "intake"]


def main() -> None:
    """Only our packages are instrumented; the rest would teach the fuzzer nothing about them."""
    with atheris.instrument_imports(include=OURS):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
