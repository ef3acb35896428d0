"""The command line as people use it: whole, in a process of its own, against a page served on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import run_command

PAGE = b"""<!doctype html><html lang=en><title>Counter</title><h1>Counter</h1><p id=sum>0 clicks</p>
<label>Name <input></label>
<button onclick="sum.textContent = ++clicks + ' clicks'">Add</button><script>let clicks = 0</script></html>"""

GOOD = """\
cases:
  - name: Adds
    tags: [smoke]
    steps: [Click Add, The page shows "1 clicks"]
  - name: Starts at nothing
    steps: [The page shows "0 clicks"]
"""
BAD = """\
name: Adds two
steps: [Click Add, The page shows "2 clicks"]
timeout: 500ms
"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a page with a counter."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, site: str) -> Path:
    """A folder with a configuration and a test."""
    (tmp_path / "aiwebtest.toml").write_text(f'base_url = "{site}"\ntimeout = "10s"\n')
    (tmp_path / "good.test.yaml").write_text(GOOD)
    return tmp_path


def test_a_run_that_passes_says_so_and_writes_its_reports(project: Path) -> None:
    """Code 0, one line a case, and every report that was asked for where it was asked for."""
    done = run_command(
        project, "run", "--report", "html", "--report", "junit=out/x.xml", "--report", "json", "--report", "md"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS   Adds  (" in done.stdout
    assert "2 passed in" in done.stdout
    assert "Report: out/x.xml" in done.stdout
    assert ElementTree.parse(project / "out" / "x.xml").getroot().get("tests") == "2"
    report = json.loads((project / "aiwebtest-report" / "report.json").read_text())
    assert report["outcome"] == "passed"
    assert report["cases"][0]["tries"][0]["steps"][0]["actions"][0]["element"]
    assert (project / "aiwebtest-report" / "index.html").stat().st_size > 10_000
    assert (project / "aiwebtest-report" / "report.md").exists()


def test_a_run_that_fails_ends_with_1_and_tells_why(project: Path) -> None:
    """What was expected, what was there, and where the line stands."""
    (project / "bad.test.yaml").write_text(BAD)

    done = run_command(project, "run", "bad.test.yaml")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "step 2 of 2:" in done.stdout
    assert "at bad.test.yaml:2" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_step_that_cannot_be_placed_ends_with_3(project: Path) -> None:
    """It is an error of the test until somebody has looked, not a fault of the application."""
    (project / "lost.test.yaml").write_text("name: Lost\nsteps: [Click Subtract]\ntimeout: 500ms\n")

    done = run_command(project, "run", "lost.test.yaml")

    assert done.returncode == 3, done.stdout + done.stderr
    assert "ERROR  Lost" in done.stdout


def test_problems_of_files_end_with_2_before_a_browser_starts(project: Path) -> None:
    """All of them at once, those of the sentences included."""
    (project / "wrong.test.yaml").write_text('name: W\ntag: [x]\nsteps:\n  - "Save" is shown\n  - Make it so\n')

    done = run_command(project, "run", "--report-dir", "nowhere")

    assert done.returncode == 2
    lines = [line.split(": ")[0] for line in done.stderr.splitlines() if line.startswith("wrong")]
    assert lines == ["wrong.test.yaml:2:1", "wrong.test.yaml:4:5", "wrong.test.yaml:5:5"]
    assert not (project / "nowhere").exists()


def test_a_bad_setting_names_its_source(project: Path) -> None:
    """A mistake of the user's gets two lines, not a traceback."""
    (project / "aiwebtest.toml").write_text("retrys = 1\n")

    done = run_command(project, "run")

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {project / 'aiwebtest.toml'}:1: unknown setting `retrys`")
    assert "did you mean `retries`?" in done.stderr


def test_nothing_selected_is_not_a_pass(project: Path) -> None:
    """A typing slip in --tag must not turn a pipeline green."""
    done = run_command(project, "run", "--tag", "smoek")
    empty = run_command(project, "run", "--config", "aiwebtest.toml", "aiwebtest.toml")

    assert done.returncode == 5
    assert "Tags in use: smoke" in done.stderr
    assert empty.returncode == 2


def test_tags_names_and_shards_choose_cases(project: Path) -> None:
    """The parts of a whole are disjoint and complete."""
    listed = [run_command(project, "run", "--list", *chosen).stdout.split("\n")[:-1] for chosen in (
        (), ("--tag", "smoke"), ("--tag", "!smoke"), ("--name", "nothing"), ("--shard", "1/2"), ("--shard", "2/2")
    )]  # fmt: skip
    everything, smoke, other, named, first, second = listed

    assert smoke == ["good.test.yaml::Adds  [smoke]"]
    assert other == named == ["good.test.yaml::Starts at nothing"]
    assert sorted(first + second) == sorted(everything)
    assert len(everything) == 2
    assert run_command(project, "run", "--shard", "3/2").returncode == 2


def test_a_second_run_replays_and_frozen_holds_it_to_that(project: Path) -> None:
    """What passed once is found again as it was; a new sentence is refused when frozen."""
    assert run_command(project, "run", "--name", "Adds").returncode == 0

    again = run_command(project, "run", "--name", "Adds", "--frozen", "--report", "json")
    (project / "new.test.yaml").write_text("name: New\nsteps: [Type x into Name]\ntimeout: 500ms\n")
    new = run_command(project, "run", "new.test.yaml", "--frozen")

    assert again.returncode == 0, again.stdout + again.stderr
    report = json.loads((project / "aiwebtest-report" / "report.json").read_text())
    assert report["cases"][0]["tries"][0]["steps"][0]["actions"][0]["source"] == "replay"
    assert new.returncode == 3, new.stdout + new.stderr


def test_variables_of_the_command_line_reach_the_sentences(project: Path) -> None:
    """They beat the file's own."""
    (project / "v.test.yaml").write_text(
        'name: V\nvariables: {n: 7}\nsteps: [Click Add, "The page shows {n} clicks"]\n'
    )

    done = run_command(project, "run", "v.test.yaml", "--var", "n=1")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM], ids=["by Ctrl-C", "as CI does"])
def test_a_run_that_is_ended_closes_browsers_and_keeps_what_was_recorded(
    project: Path, ended_by: signal.Signals
) -> None:
    """Code 130, a report with the cases that were done, and nothing left running."""
    (project / "slow.test.yaml").write_text("name: Slow\nsteps: [Wait 60 seconds]\ntimeout: 100s\n")
    command = [sys.executable, "-m", "aiwebtest", "run", "good.test.yaml", "slow.test.yaml", "--report", "json"]
    running = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout
    for line in running.stdout:
        if line.startswith("PASS   Starts at nothing"):
            break

    running.send_signal(ended_by)
    output, errors = running.communicate(timeout=60)

    assert running.returncode == 130, output + errors
    assert "Traceback" not in errors
    report = json.loads((project / "aiwebtest-report" / "report.json").read_text())
    assert report["interrupted"] is True
    assert [case["outcome"] for case in report["cases"]][:2] == ["passed", "passed"]


def test_the_application_is_started_for_the_run_and_ended_afterwards(tmp_path: Path) -> None:
    """`serve` saves a second terminal, and a CI job its start-up script."""
    done = run_command(tmp_path, "init")
    assert done.returncode == 0, done.stderr
    port = _free_port()
    config = tmp_path / "aiwebtest.toml"
    config.write_text(config.read_text().replace("8765", str(port)))

    run = run_command(tmp_path, "run")

    assert run.returncode == 0, run.stdout + run.stderr
    assert _refused(port)


def test_an_application_that_does_not_start_is_told_with_its_last_words(project: Path) -> None:
    """The run ends at once, and says what the command said."""
    port = _free_port()
    command = f"{sys.executable} -c \\\"raise SystemExit('no database')\\\""
    (project / "aiwebtest.toml").write_text(f'base_url = "http://127.0.0.1:{port}"\nserve = "{command}"\n')

    done = run_command(project, "run")

    assert done.returncode == 2
    assert "ended with code 1" in done.stderr
    assert "no database" in done.stderr


def test_init_writes_a_test_of_the_given_page_and_overwrites_nothing(tmp_path: Path, site: str) -> None:
    """The first test knows the page's title and passes."""
    assert run_command(tmp_path, "init", "--url", f"{site}/start").returncode == 0
    run = run_command(tmp_path, "run")
    (tmp_path / "tests" / "first.test.yaml").write_text("mine")
    assert '\n# serve = "npm start"\n' in (tmp_path / "aiwebtest.toml").read_text()
    again = run_command(tmp_path, "init", "--url", site)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
    assert "stays as it is" in again.stdout
    assert (tmp_path / "tests" / "first.test.yaml").read_text() == "mine"


def test_init_keeps_what_runs_write_out_of_git(tmp_path: Path) -> None:
    """A report must not be committed by accident; a `.gitignore` that is there is added to, and only once."""
    (tmp_path / ".gitignore").write_text("node_modules/\n/aiwebtest-report")

    for _ in range(2):
        assert run_command(tmp_path, "init").returncode == 0

    assert (tmp_path / ".gitignore").read_text() == "node_modules/\n/aiwebtest-report\n.aiwebtest/\n"


@pytest.mark.parametrize(
    ("arguments", "what", "mend"),
    [
        (("run", "--workers", "foo"), "--workers: `workers` cannot be `foo`", "a whole number from 1 to 64, or `auto`"),
        (("run", "--retries", "-1"), "--retries: `retries` cannot be `-1`", "a whole number from 0 to 10"),
        (("run", "--max-failures", "x"), "--max-failures: `max_failures` cannot be `x`", "a whole number from 1 on"),
        (("run", "--slow", "x"), "--slow: `slow` cannot be `x`", "a number from 0 to 10000"),
        (("run", "--timeout", "soon"), "--timeout: `soon` is not a duration", "`10s`"),
        (("run", "--shard", "3/2"), "--shard 3/2 is not a part of a whole", "--shard 1/4"),
        (("run", "--report", "pdf"), "--report: `pdf` is not a kind of report", "`html`, `junit`, `json`, `md`"),
        (("run", "--report", "html=."), "Nothing can be written to .: it is a folder", "--report KIND=PATH"),
        (("run", "--report-dir", "aiwebtest.toml"), "Nothing can be written to aiwebtest.toml", "--report-dir"),
        (("run", "--trace", "maybe"), "--trace: `trace` cannot be `maybe`", "`on-failure`"),
        (("run", "--var", "city"), "--var city is not NAME=VALUE", "--var city=Rome"),
        (("run", "--base-url", "ftp://x"), "--base-url: `ftp://x` is not", "http://, https:// or file://"),
        (("run", "--provider", "gogle"), "--provider: `gogle` is not a provider", "`google`"),
        (("run", "--config", "nix.toml"), "There is no file nix.toml", "--config"),
        (("init", "--folder", "aiwebtest.toml/tests"), "aiwebtest.toml", "check the path"),
        (("shop", "--port", "99999"), "--port", "65535"),
        (("shop", "--fault", "dead-signin"), "There is no fault `dead-signin`", "`dead-sign-in`"),
    ],
)
def test_a_bad_option_says_what_it_may_be(project: Path, arguments: tuple[str, ...], what: str, mend: str) -> None:
    """What, where and what to do instead; never a traceback, and never after the tests have run."""
    done = run_command(project, *arguments)

    assert done.returncode == 2, done.stdout + done.stderr
    assert what in done.stderr
    assert mend in done.stderr
    assert "Traceback" not in done.stderr
    assert " passed" not in done.stdout


def test_explain_tells_what_would_be_touched_and_touches_nothing(project: Path) -> None:
    """Each step with its reading, its element or the nearest ones."""
    (project / "bad.test.yaml").write_text(BAD)

    done = run_command(project, "explain", "bad.test.yaml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert 'button "Add"' in done.stdout
    assert "does not hold here" in done.stdout


def test_explain_ends_quietly_when_nobody_reads_on(project: Path) -> None:
    """`aiwebtest explain ... | head` is no fault of anybody's."""
    cases = "".join(f"  - name: Case {number}\n    steps: [Click Add]\n" for number in range(3))
    (project / "three.test.yaml").write_text(f"cases:\n{cases}")
    command = [sys.executable, "-u", "-m", "aiwebtest", "explain", "three.test.yaml"]
    running = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stderr is not None

    running.stdout.readline()
    running.stdout.close()
    complaints = running.stderr.read()
    running.wait(timeout=60)
    running.stderr.close()

    assert complaints == ""


def test_validate_as_json_is_for_programs(project: Path) -> None:
    """An editor or a CI annotation reads path, line and column."""
    (project / "wrong.test.yaml").write_text("name: W\ntag: [x]\nsteps: [Click Add]\n")

    done = run_command(project, "validate", "--json")

    assert done.returncode == 2
    [problem] = json.loads(done.stdout)["problems"]
    assert (problem["path"], problem["line"], problem["column"]) == ("wrong.test.yaml", 2, 1)
    assert "`tags`" in problem["try"]


@pytest.mark.parametrize("which", ["test", "steps", "report"])
def test_schemas_are_printed_whole(tmp_path: Path, which: str) -> None:
    """They can be piped into a file."""
    assert json.loads(run_command(tmp_path, "schema", which).stdout)["$id"] == f"urn:aiwebtest:{which}.schema.json"


def test_watch_runs_again_what_was_changed(project: Path) -> None:
    """Saving a file is enough; its own cases run, and a file that is broken on the way does not end the watching."""
    command = [sys.executable, "-u", "-m", "aiwebtest", "run", "--watch", "--report", "json"]
    running = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _until(running, "Watching for changes")
        (project / "more.test.yaml").write_text("name: More\nstep: []\n")
        _until(running, "did you mean `steps`?")
        _until(running, "Watching for changes")
        (project / "more.test.yaml").write_text('name: More\nsteps: [The page shows "0 clicks"]\n')
        lines = _until(running, "1 passed")
        _until(running, "Watching for changes")
    finally:
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=60)

    assert "PASS   More" in lines
    assert "Adds" not in lines
    assert running.returncode == 130, rest


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """Nothing heavy is imported to print it: no browser driver, no model client, no YAML."""
    heavy = ("playwright", "pydantic", "ruamel", "rich", "jinja2", "stagehand")
    code = f"""
import sys
sys.argv = ["aiwebtest", "--help"]
from aiwebtest.cli import main
try:
    main()
except SystemExit:
    print([name for name in {heavy} if name in sys.modules])
"""

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def _until(running: subprocess.Popen[str], text: str) -> str:
    """Read lines until one holds `text`; return them."""
    lines = []
    deadline = time.monotonic() + 90
    assert running.stdout
    for line in running.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
        assert time.monotonic() < deadline, "".join(lines)
    raise AssertionError(f"ended before {text!r}:\n" + "".join(lines))


def _free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _refused(port: int) -> bool:
    import socket

    with socket.socket() as calling:
        return calling.connect_ex(("127.0.0.1", port)) != 0
