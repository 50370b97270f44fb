"""`python -m benchmarks [name …]`: run the benchmarks, all or those named."""

import sys
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import benchmarks


def main(names: list[str]) -> None:
    """A benchmark is a module here with a `run`; it prints its figures beside a peer's or a baseline's."""
    found = {
        each.name: import_module(f"benchmarks.{each.name}")
        for each in iter_modules(benchmarks.__path__)
        if each.name != "__main__"
    }
    runs: dict[str, Callable[[], None]] = {name: module.run for name, module in found.items() if hasattr(module, "run")}
    unknown = sorted(set(names) - set(runs))
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(sorted(runs))}.")
    for name in names or sorted(runs):
        print(f"\n== {name} ==", flush=True)
        runs[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
