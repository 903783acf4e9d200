"""Does a coverage-guided run find an input that breaks a promise? Exit code 1 when one does.

    python -m tests.fuzz.run TARGET|all --seconds N     fuzz one parser, or each in turn for N seconds
        --corpus DIR     where new inputs go (default: a temporary folder); TARGET is added to it
        --crashes DIR    where inputs that break a promise go (default: a temporary folder)
        --keep           write the smallest inputs that reach something new to tests/fuzz/corpus
    python -m tests.fuzz.run TARGET --input FILE        read one file, for example a crash

Needs atheris, which script/setup --dev installs where there is a wheel of it.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.keeping import LONGEST_KEPT, worth_keeping, write_kept
from tests.fuzz.seeds import CORPUS, DICTIONARIES, kept, seeds
from tests.fuzz.targets import TARGETS

SLOW = 10  # seconds after which one input counts as a hang
MEMORY_MB = 2048


def main() -> int:
    """Fuzz, stretch what was found, and keep it if asked to."""
    options = _options()
    if options.input:
        TARGETS[options.target](options.input.read_bytes())
        return 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        # Inputs that break a promise outlive the run.
        crashes = options.crashes or Path(tempfile.mkdtemp(prefix="fuzz-crashes-"))
        crashes.mkdir(parents=True, exist_ok=True)
        corpus = options.corpus or Path(scratch)
        names = list(TARGETS) if options.target == "all" else [options.target]
        broken = [name for name in names if not _holds(name, options, corpus / name, crashes)]
        if broken:
            print(f"Broken: {', '.join(broken)}. The inputs are in {crashes}.")
        elif options.crashes is None:
            crashes.rmdir()
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=["all", *TARGETS])
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--crashes", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--input", type=Path)
    options = parser.parse_args()
    if options.input and options.target == "all":
        parser.error("--input needs one target.")
    return options


def _holds(name: str, options: argparse.Namespace, corpus: Path, crashes: Path) -> bool:
    print(f"== {name}, {options.seconds} s", flush=True)
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as start:
        write_kept(Path(start), seeds(name))
        arguments = [
            f"-max_total_time={options.seconds}",
            f"-max_len={LONGEST_KEPT}",
            f"-timeout={SLOW}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-artifact_prefix={crashes / name}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        dictionary = DICTIONARIES / f"{name}.dict"
        if dictionary.exists():
            arguments.append(f"-dict={dictionary}")
        is_sound = _run("tests.fuzz.guided", name, *arguments, str(corpus), start)
        is_sound = _run("tests.fuzz.stretching", name, str(crashes), str(corpus), start) and is_sound
    if options.keep and is_sound:
        found = [path.read_bytes() for path in [*corpus.iterdir(), *kept(name)]]
        known = [raw for raw in seeds(name) if raw not in {path.read_bytes() for path in kept(name)}]
        write_kept(CORPUS / name, worth_keeping(TARGETS[name], found=found, known=known))
        print(f"{name}: {len(kept(name))} inputs are kept")
    return is_sound


def _run(module: str, *arguments: str) -> bool:
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
