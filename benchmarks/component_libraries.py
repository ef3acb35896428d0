"""Working in applications built of the component libraries that front ends are made with today.

One application a library: its page (`libraries/NAME.html`) is ours, its components are the library's own, as published.
Their lists, dates, tables and dialogs are drawn of plain elements, each in its library's way; one kind of sentence has
to find the same thing in each of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from benchmarks import material
from benchmarks.harness import cases_in, chosen, falsified, report_falsified, report_files, run, settings_for
from benchmarks.report import Report
from benchmarks.serving import Pages, serving

HERE = Path(__file__).with_name("libraries")


def main() -> int:
    """Run the benchmark; 0 when its aims are met. Arguments name libraries to run alone.

    `--only intact` and `--only falsified` run one half.
    """
    wanted, ways = chosen(sys.argv[1:], ("intact", "falsified"))
    report = Report("component_libraries", "Component libraries: one application each")
    cases = cases_in(*([HERE / f"{name}.test.yaml" for name in wanted] or [HERE]))
    with serving(application()) as base_url:
        ran = run(cases if "intact" in ways else [], settings_for(base_url, timeout_s=6.0), label="libraries")
        quick = settings_for(base_url, timeout_s=2.0)
        wrong = run(falsified(cases) if "falsified" in ways else [], quick, label="libraries, falsified")
    if "intact" in ways:
        report_files(report, "Libraries", "library", ran)
    if "falsified" in ways:
        report_falsified(report, cases, wrong)
    return report.close()


def application() -> Starlette:
    """Return what serves the pages, with the libraries' packages under `/packages/`."""
    packages = StaticFiles(directory=material.component_libraries())
    return Starlette(routes=[Mount("/packages", packages), Mount("/", Pages(HERE))])


if __name__ == "__main__":
    sys.exit(main())
