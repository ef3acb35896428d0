"""Working in a Django admin: log-in, CRUD, search, filters, bulk actions, inline rows, date widgets, history.

The site (`django_admin/`) is ours, its pages are Django's. Each case begins with the seeded data put back, so cases
run one after another.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import material
from benchmarks.harness import (
    Ran,
    cases_in,
    chosen,
    falsified,
    must_match,
    report_failures,
    report_falsified,
    run,
    settings_for,
)
from benchmarks.report import Report

HERE = Path(__file__).parent
CASES = HERE / "django_admin" / "cases"
SECRETS = {"ADMIN_PASSWORD": "correct horse battery"}


def main() -> int:
    """Run the benchmark; 0 when its aims are met. Arguments name case files to run alone, or parts of case names.

    `--only intact` and `--only falsified` run one half.
    """
    report = Report("admin", "Django admin: a back office of our own making")
    cases = cases_in(CASES, environment=SECRETS)
    wanted, ways = chosen(sys.argv[1:], ("intact", "falsified"))
    if wanted:
        cases = [case for case in cases if any(word in case.id for word in wanted)]
        must_match(wanted, cases, "case")
    with serving_admin() as base_url:
        settings = settings_for(base_url, workers=1, secrets=SECRETS)
        ran = run(cases if "intact" in ways else [], settings, label="Django admin")
        quick = settings_for(base_url, workers=1, secrets=SECRETS, timeout_s=2.0)
        wrong = run(falsified(cases) if "falsified" in ways else [], quick, label="Django admin, falsified")
    report_passed(report, ran)
    if "falsified" in ways:
        report_falsified(report, cases, wrong)
    return report.close()


def report_passed(report: Report, ran: Sequence[Ran]) -> None:
    """Add how the intact cases ended, unless none was run."""
    if not ran:
        return
    rows = [(one.case.name, one.outcome, one.duration_s) for one in ran]
    report.table("Cases", ("case", "outcome", "seconds"), rows)
    report_failures(report, "Cases that did not pass", ran)
    passed = sum(one.passed for one in ran)
    report.aim("cases passed", passed, f"{len(ran)} of {len(ran)}", met=passed == len(ran))


@contextmanager
def serving_admin() -> Iterator[str]:
    """Serve the admin from a folder that goes away afterwards, and yield its base URL."""
    material.python_path()  # installs what is missing here, where its messages are seen
    with tempfile.TemporaryDirectory(prefix="aiwebtest-admin-") as folder:
        command = [sys.executable, "-m", "benchmarks.django_admin.server", folder]
        with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                base_url = server.stdout.readline().strip()
                if not base_url:
                    raise RuntimeError("The Django admin did not start; its own message is above.")
                yield base_url
            finally:
                server.terminate()


if __name__ == "__main__":
    sys.exit(main())
