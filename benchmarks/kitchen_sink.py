"""Acting and checking on the Cypress kitchen sink: plain-language cases for each of its 21 pages.

Requests to other hosts, which some pages make, are held back: only loopback is contacted.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import material
from benchmarks.harness import cases_in, chosen, falsified, report_falsified, report_files, run, settings_for
from benchmarks.report import Report
from benchmarks.serving import serving

CASES = Path(__file__).with_name("kitchensink")


def main() -> int:
    """Run the benchmark; 0 when its aims are met. Arguments name pages to run alone.

    `--only intact` and `--only falsified` run one half.
    """
    report = Report("kitchen_sink", "Cypress kitchen sink: 21 pages")
    wanted, ways = chosen(sys.argv[1:], ("intact", "falsified"))
    files = [CASES / f"{page}.test.yaml" for page in wanted] or [CASES]
    cases = cases_in(*files)
    with serving(material.kitchen_sink()) as base_url:
        ran = run(cases if "intact" in ways else [], settings_for(base_url), label="kitchen sink")
        quick = settings_for(base_url, timeout_s=2.0)
        wrong = run(falsified(cases) if "falsified" in ways else [], quick, label="kitchen sink, falsified")
    if "intact" in ways:
        report_files(report, "Pages", "page", ran)
    if "falsified" in ways:
        report_falsified(report, cases, wrong)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
