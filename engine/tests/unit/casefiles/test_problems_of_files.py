"""What is wrong with a test file is told before anything runs: where, what, and what to write instead."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from aiwebtest.casefiles import FileProblem, Reading, Surroundings, load_cases
from aiwebtest.core.case import StepKind


def problems_of(folder: Path, text: str, **around: object) -> tuple[FileProblem, ...]:
    (folder / "a.test.yaml").write_text(dedent(text), encoding="utf-8")
    return load_cases([folder], around=Surroundings(**around)).problems  # type: ignore[arg-type]


def one_problem(folder: Path, text: str, **around: object) -> FileProblem:
    found = problems_of(folder, text, **around)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def step_problem(folder: Path, line: str) -> FileProblem:
    return one_problem(folder, f"name: A\nsteps:\n  - Click Go\n  {line}\n")


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ('- "Save" is shown', """- '"Save" is shown'"""),
        ("- {name} is shown", '- "{name} is shown"'),
        ("- [x] is shown", '- "[x] is shown"'),
        ("- @ada is shown", '- "@ada is shown"'),
        ("- `code` is shown", '- "`code` is shown"'),
        ("- *required is shown", '- "*required is shown"'),
        ("- > 5 rows are shown", '- "> 5 rows are shown"'),
        ("- 'it' is shown", '''- "'it' is shown"'''),
        ("- check: Total: 5", '- check: "Total: 5"'),
        ('- check: "Save" is shown', """- check: '"Save" is shown'"""),
    ],
)
def test_a_sentence_that_yaml_cannot_read_comes_back_quoted(tmp_path: Path, line: str, written: str) -> None:
    """Testers write quotes and braces first in a sentence; the message hands them the line that works."""
    if "name" in line:
        line_with_name = problems_of(tmp_path, f"name: A\nvariables: {{name: Ada}}\nsteps:\n  {line}\n")
        assert [problem.mend for problem in line_with_name] == [f"write {written}"]
        return

    problem = step_problem(tmp_path, line)

    assert problem.place.line == 4
    assert problem.mend == f"write {written}"


@pytest.mark.parametrize(
    ("line", "what", "mend"),
    [
        ("- Click: Save", "read as a mapping", '"Click: Save"'),
        ("- {name}", "because of the braces", '"{name}"'),
        ("- 42", "a number (42)", '"42"'),
        ("- true", "true or false", '"true"'),
        ("- [a, b]", "a list", '"[a, b]"'),
        ("- ", "empty", "delete the line"),
        ('- ""', "empty", "delete the line"),
        ("- check: 5", "a number (5)", '"5"'),
        ("- Click the #save button", "`#save button` is lost", '"Click the #save button"'),
        ("- !important text", "a YAML tag", "quotes"),
        ("- act: Click Go\n    into: x", "`into` belongs to `extract`", ""),
        ("- extract: the total", "nothing says where to keep it", "into: name"),
        ("- {act: Click Go, check: Go is shown}", "`act` and `check`", "keep one"),
        ("- {act: Click Go, timeout: soon}", "`soon` is not a duration", "10s"),
        ("- {act: Click Go, provider: builtin/x}", "`builtin/x` names a model", "write `builtin`"),
        ("- {act: Click Go, provider: cerebra}", "`cerebra` is not a provider", "`cerebras`"),
        ("- chek: Go is shown", "Unknown key `chek`", "`check`"),
        ("- Check: Go is shown", "Unknown key `Check`", "`check`"),
    ],
)
def test_a_step_that_is_not_a_sentence_says_what_it_was_taken_for(
    tmp_path: Path, line: str, what: str, mend: str
) -> None:
    """A step read as something else would otherwise never run, or run as another one."""
    text = f"name: A\nvariables: {{name: Ada}}\nsteps:\n  - Click Go\n  {line}\n"

    problem = one_problem(tmp_path, text)

    assert what in problem.what
    assert mend in problem.mend
    assert problem.place.line in (5, 6)


@pytest.mark.parametrize(
    ("line", "place", "what", "mend"),
    [
        ("tag: [smoke]", (1, 1), "Unknown key `tag`", "`tags`"),
        ("zzz: 1", (1, 1), "Unknown key `zzz`", "the keys are"),
        ("tags: smoke", (1, 7), "`tags` is a text, not a list", "[smoke]"),
        ("timezone: Europe/Zuerich", (1, 11), "not a time zone", "Europe/Zurich"),
        ("locale: xx-QQ", (1, 9), "not a locale", "en-GB"),
        ("viewport: 1280", (1, 11), "A viewport is", ""),
        ("viewport: phon", (1, 11), "not a viewport", "`phone`"),
        ("permissions: [geo-location]", (1, 15), "not a permission", "`geolocation`"),
        ("allowed_origins: [example.com]", (1, 19), "not an origin", "https://"),
        ("retries: 11", (1, 10), "less than or equal to 10", ""),
        ("retries: '2'", (1, 10), "a text, not a whole number", ""),
        ("timeout: 0", (1, 10), "out of range", ""),
        ("url:", (1, 1), "", ""),
        ("data: []", (1, 1), "`data` has no rows", "add a row"),
        ("data: none.csv", (1, 7), "no file `none.csv`", "relative to this file"),
        ("storage_state: ada.json", (1, 16), "no file `ada.json`", "save_storage_state"),
        ("variables: {e-mail address: x}", (1, 13), "cannot be a variable's name", "`e-mail_address`"),
        ("secrets: [NO_SUCH_SECRET]", (1, 11), "`NO_SUCH_SECRET` has no value; looked in", "export NO_SUCH_SECRET"),
        ("session: {name: ada}", (1, 10), "either `steps` or `use`", ""),
        ("name: again", (2, 1), "a second time (first in line 1)", ""),
    ],
)
def test_a_wrong_key_or_value_is_told_at_its_very_place(
    tmp_path: Path, line: str, place: tuple[int, int], what: str, mend: str
) -> None:
    """Line and column lead an editor to the key or the value itself."""
    found = problems_of(tmp_path, f"{line}\nname: A\nsteps: [Click Go]\n")

    if not what:
        assert found == ()  # an empty value is no value
        return
    [problem] = found
    assert (problem.place.line, problem.place.column) == place
    assert what in problem.what
    assert mend in problem.mend


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Who mends a suite wants one list, not one round a mistake."""
    (tmp_path / "b.test.yaml").write_text("steps: [Click Go]\ntag: [x]\n")
    found = problems_of(
        tmp_path,
        """\
        name: A
        colour: red
        steps:
          - "Save" is shown
          - Click: Save
          - Type {zip} into Zip
          - use: none.steps.yaml
        """,
    )

    lines = [(Path(problem.place.path).name, problem.place.line) for problem in found]
    assert lines == [("a.test.yaml", n) for n in (2, 4, 5, 6, 7)] + [("b.test.yaml", 1), ("b.test.yaml", 2)]


def test_a_name_in_braces_without_a_value_is_told_with_the_nearest_known(tmp_path: Path) -> None:
    """A mistyped variable would otherwise be found only when its step runs."""
    problem = one_problem(tmp_path, "name: A\nvariables: {city: Rome}\nsteps:\n  - Type {ctiy} into City\n")

    assert (problem.place.line, problem.place.column) == (4, 10)
    assert "{ctiy}" in problem.what
    assert "`city`" in problem.mend


def test_a_mistyped_key_is_not_told_as_missing_too(tmp_path: Path) -> None:
    """One slip is one problem."""
    assert "`steps`" in one_problem(tmp_path, "name: A\nstesp: [Click Go]\n").mend
    assert "`steps`" in one_problem(tmp_path, "cases:\n  - name: A\n    step: [Click Go]\n").mend


def test_an_extracted_value_is_known_to_later_steps_only(tmp_path: Path) -> None:
    """Order counts: a value cannot be used before it was read."""
    problem = one_problem(
        tmp_path,
        """\
        name: A
        steps:
          - Type {total} into Note
          - extract: the total
            into: total
          - Type {total} into Note
        """,
    )

    assert problem.place.line == 3


def test_what_a_sentence_itself_fills_is_known_to_later_steps(tmp_path: Path) -> None:
    """`Copy the total into {total}` defines the name that it mentions."""

    def read(text: str, _kind: StepKind | None) -> Reading:
        return Reading(into=("total",) if text.startswith("Copy") else ())

    steps = "steps:\n  - Copy the sum into {total}\n  - Type {total} into Note\n"
    assert problems_of(tmp_path, f"name: A\n{steps}", read=read) == ()


def test_a_sentence_that_rules_cannot_read_is_a_problem_only_without_a_model(tmp_path: Path) -> None:
    """With a model configured the sentence goes there instead."""

    def read(_text: str, _kind: StepKind | None) -> Reading:
        return Reading(problem="No action is named", rewordings=('Click "Go"',))

    problem = one_problem(tmp_path, "name: A\nsteps: [Make it so]\n", read=read)
    with_model = problems_of(tmp_path, "name: A\nsteps: [Make it so]\n", read=read, provider="cerebras")

    assert problem.what == "No action is named."
    assert 'Click "Go"' in problem.mend
    assert with_model == ()


def test_equal_names_in_one_file_are_told(tmp_path: Path) -> None:
    """Reports and lockfiles tell cases apart by name."""
    problem = one_problem(
        tmp_path,
        """\
        cases:
          - name: A
            steps: [Click Go]
          - name: A
            steps: [Click Stop]
        """,
    )

    assert problem.place.line == 4
    assert "line 2" in problem.what


def test_a_name_that_a_row_fills_must_be_free(tmp_path: Path) -> None:
    """Two cases of one name would overwrite each other in lockfile and reports."""
    problem = one_problem(
        tmp_path,
        """\
        cases:
          - {name: 'Greet {user}', data: [{user: Ada}], steps: ['Click {user}']}
          - {name: Greet Ada, steps: [Click Ada]}
        """,
    )

    assert (problem.place.line, problem.what) == (3, "A case named `Greet Ada` is already in line 2.")


def test_a_name_in_braces_in_a_cases_name_needs_a_value(tmp_path: Path) -> None:
    """A slip must not end up in every report."""
    problem = one_problem(tmp_path, "name: Greet {usr}\ndata: [{user: Ada}]\nsteps: ['Click {user}']\n")

    assert (problem.place.line, problem.place.column) == (1, 13)
    assert problem.what == "Nothing gives {usr} a value."
    assert "`user`" in problem.mend


def test_a_relative_url_needs_a_base_url(tmp_path: Path) -> None:
    """Otherwise the first step of every case would fail in the browser."""
    text = "name: A\nurl: /login\nsteps: [Click Go]\n"

    assert "relative" in one_problem(tmp_path, text, base_url="").what
    assert problems_of(tmp_path, text, base_url="http://127.0.0.1:1") == ()
    assert (
        "http://localhost:3000"
        in one_problem(tmp_path, "name: A\nurl: localhost:3000\nsteps: [Click Go]\n", base_url="").mend
    )


def test_files_that_use_each_other_in_a_circle_are_told(tmp_path: Path) -> None:
    """Laying them out would never end."""
    (tmp_path / "x.steps.yaml").write_text("steps:\n  - use: y.steps.yaml\n")
    (tmp_path / "y.steps.yaml").write_text("steps:\n  - use: x.steps.yaml\n")

    problem = one_problem(tmp_path, "name: A\nsteps:\n  - use: x.steps.yaml\n")

    assert "x.steps.yaml -> " in problem.what
    assert problem.place.path.endswith("y.steps.yaml")


def test_parameters_of_a_used_file_are_held_against_what_it_takes(tmp_path: Path) -> None:
    """A forgotten parameter and a mistyped one are both at the `use` that is wrong."""
    (tmp_path / "x.steps.yaml").write_text("parameters: [user, password]\nsteps: ['Type {user} into {password}']\n")

    found = problems_of(tmp_path, "name: A\nsteps:\n  - use: x.steps.yaml\n    with: {usr: Ada, password: p}\n")

    assert [(p.place.line, p.place.column) for p in found] == [(3, 10), (4, 12)]
    assert "needs `user`" in found[0].what
    assert "`user`" in found[1].mend


def test_a_problem_inside_a_used_file_says_who_uses_it(tmp_path: Path) -> None:
    """The same file may be right for one caller and wrong for another."""
    (tmp_path / "x.steps.yaml").write_text("steps:\n  - Type {who} into Name\n")

    problem = one_problem(tmp_path, "name: A\nsteps:\n  - use: x.steps.yaml\n")

    assert problem.place.path.endswith("x.steps.yaml")
    assert problem.place.column == 10
    assert problem.place.via is not None
    assert problem.place.via.line == 3


def test_a_csv_file_is_checked_row_by_row(tmp_path: Path) -> None:
    """A cell too many shifts every value behind it."""
    (tmp_path / "rows.csv").write_text("name,city\nAda,London\nBob,Rome,Italy\n")

    problem = one_problem(tmp_path, "name: A\ndata: rows.csv\nsteps: ['Type {city} into City']\n")

    assert problem.place.path.endswith("rows.csv")
    assert problem.place.line == 3


def test_a_row_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    """The other rows are fine, so the row is what the reader needs to know."""
    problem = one_problem(
        tmp_path, "name: A\ndata:\n  - {name: Ada, city: Rome}\n  - {name: Bob}\nsteps: ['Type {city} into City']\n"
    )

    assert "in the row `Bob`" in problem.what


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text\n", "a: &a\n  b: *a\n", "\tname: x\n", "name: [\n"])
def test_any_text_ends_in_problems_and_never_in_a_traceback(tmp_path: Path, text: str) -> None:
    """A file may be anything."""
    assert problems_of(tmp_path, text)


def test_two_sessions_of_one_name_must_be_one_log_in(tmp_path: Path) -> None:
    """The log-in is done once; a case would else run as somebody else."""
    (tmp_path / "b.test.yaml").write_text(
        "name: B\nsession: {name: ada, url: /in, steps: [Click Enter]}\nsteps: [Click Go]\n"
    )

    problem = one_problem(
        tmp_path, "name: A\nsession: {name: ada, url: /in, steps: [Click Sign in]}\nsteps: [Click Go]\n"
    )

    assert "other steps" in problem.what
