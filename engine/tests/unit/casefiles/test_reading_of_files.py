"""What a test file means: cases, rows, shared defaults, steps brought in from elsewhere."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from aiwebtest.casefiles import Loaded, Surroundings, load_cases
from aiwebtest.core.case import Viewport


def load(folder: Path, text: str, **around: object) -> Loaded:
    (folder / "a.test.yaml").write_text(dedent(text), encoding="utf-8")
    loaded = load_cases([folder], around=Surroundings(**around))  # type: ignore[arg-type]
    assert loaded.problems == (), "\n".join(map(str, loaded.problems))
    return loaded


def test_texts_stay_as_they_are_written(tmp_path: Path) -> None:
    """A postal code with a leading zero, a version, a "no" are texts, whatever YAML makes of them."""
    [case] = load(
        tmp_path,
        """\
        name: 2024
        variables: {zip: 01234, price: 1.50, answer: no, yes: true, nothing: }
        steps: ["Type {zip} into Zip"]
        """,
    ).cases

    assert case.name == "2024"
    assert dict(case.variables) == {"zip": "01234", "price": "1.50", "answer": "no", "yes": "true", "nothing": ""}


def test_cases_of_one_file_share_what_stands_beside_them(tmp_path: Path) -> None:
    """Lists and variables add up, other keys are set anew by the case."""
    first, second = load(
        tmp_path,
        """\
        url: /shop
        tags: [shop]
        variables: {city: Rome, size: L}
        before: [Click Accept]
        timeout: 2m
        cases:
          - name: One
            tags: [smoke]
            variables: {city: Oslo}
            steps: ['Click {city}']
          - name: Two
            url: /other
            timeout: 500ms
            viewport: phone
            steps: ['Click {size}']
            after: [Click Sign out]
        """,
    ).cases

    assert (first.url, first.tags, first.timeout_s) == ("/shop", {"shop", "smoke"}, 120.0)
    assert dict(first.variables) == {"city": "Oslo", "size": "L"}
    assert [(step.index, step.phase, step.text) for step in second.steps] == [
        (0, "before", "Click Accept"),
        (1, "main", "Click {size}"),
        (2, "after", "Click Sign out"),
    ]
    assert (second.url, second.timeout_s, second.viewport) == ("/other", 0.5, Viewport(width=390, height=844))


def test_each_row_of_data_is_a_case_of_its_own(tmp_path: Path) -> None:
    """Labels come from the column `name` or the first one, and are unique."""
    (tmp_path / "rows.csv").write_text("city;who\nRome;Ada\nRome;Bob\n", encoding="utf-8-sig")
    cases = load(tmp_path, "name: A\nurl: /c/{city}\ndata: rows.csv\nsteps: ['Type {who} into Name']\n").cases

    assert [case.row for case in cases] == ["Rome", "Rome (2)"]
    assert [case.variables["who"] for case in cases] == ["Ada", "Bob"]
    assert cases[0].url == "/c/Rome"
    assert cases[0].id.endswith("a.test.yaml::A[Rome]")


def test_a_name_may_speak_of_its_row(tmp_path: Path) -> None:
    """A name that tells the rows apart needs no label; one that does not, as two rows share a user, keeps it."""
    cases = load(
        tmp_path,
        """\
        variables: {site: the shop}
        cases:
          - name: Log in to {site} as {user}
            data: [{user: Ada}, {user: Bob}]
            steps: ['Type {user} into Name']
          - name: See {user}
            data: [{page: home, user: Ada}, {page: basket, user: Ada}]
            steps: ['Click {page}']
          - name: Leave {site}
            data: [{user: Ada}]
            steps: ['Click {user}']
        """,
    ).cases

    assert [case.title for case in cases] == [
        "Log in to the shop as Ada", "Log in to the shop as Bob", "See Ada [home]", "See Ada [basket]",
        "Leave the shop [Ada]",
    ]  # fmt: skip
    assert len({case.id for case in cases}) == len(cases)


def test_a_secret_in_a_name_stays_a_name(tmp_path: Path) -> None:
    """Names of cases are shown everywhere."""
    text = "name: Log in with {PW}\nsecrets: [PW]\nsteps: ['Type {PW} into Password']\n"

    assert load(tmp_path, text, environment={"PW": "hunter2"}).cases[0].name == "Log in with {PW}"


def test_used_steps_stand_in_their_place_with_their_own_places(tmp_path: Path) -> None:
    """A failure inside a used file leads there, and back to the `use`."""
    (tmp_path / "sign-in.steps.yaml").write_text(
        "parameters: {user: , password: secret sauce}\n"
        "steps:\n  - Type {user} into User\n  - act: Type {password} into Password\n    timeout: 3\n"
    )
    [case] = load(
        tmp_path,
        """\
        name: A
        steps:
          - Click Enter
          - use: sign-in.steps.yaml
            with: {user: Ada L.}
          - Click Go
        """,
    ).cases

    assert [step.index for step in case.steps] == [0, 1, 2, 3]
    assert case.steps[1].text == "Type {sign-in.user} into User"
    assert case.variables["sign-in.user"] == "Ada L."
    assert case.variables["sign-in.password"] == "secret sauce"
    assert case.steps[2].timeout_s == 3
    place = case.steps[1].place
    assert place is not None
    assert place.via is not None
    assert (place.line, place.via.line) == (3, 4)


def test_one_file_used_twice_keeps_its_parameters_apart(tmp_path: Path) -> None:
    """The second use must not overwrite what the first was given."""
    (tmp_path / "add.steps.yaml").write_text("parameters: [item]\nsteps: ['Click {item}']\n")
    [case] = load(
        tmp_path,
        """\
        name: A
        steps:
          - {use: add.steps.yaml, with: {item: Lamp}}
          - {use: add.steps.yaml, with: {item: Chair}}
          - {use: add.steps.yaml, with: {item: Lamp}}
        """,
    ).cases

    values = [case.variables[step.text.removeprefix("Click {").removesuffix("}")] for step in case.steps]
    assert values == ["Lamp", "Chair", "Lamp"]


def test_a_secret_passed_to_used_steps_stays_a_name(tmp_path: Path) -> None:
    """Its value must not become part of a sentence."""
    (tmp_path / "in.steps.yaml").write_text("parameters: [password]\nsteps: ['Type {password} into Password']\n")
    loaded = load(
        tmp_path,
        """\
        name: A
        secrets: [PW]
        steps:
          - {use: in.steps.yaml, with: {password: "{PW}"}}
        """,
        environment={"PW": "hunter2"},
    )

    assert loaded.cases[0].steps[0].text == "Type {PW} into Password"
    assert loaded.secrets == {"PW": "hunter2"}
    assert "hunter2" not in repr(loaded)


def test_secrets_of_a_used_file_become_secrets_of_the_case(tmp_path: Path) -> None:
    """The file that logs in knows which secrets it needs; its users need not repeat them."""
    (tmp_path / "in.steps.yaml").write_text("secrets: [PW]\nsteps: ['Type {PW} into Password']\n")

    [case] = load(tmp_path, "name: A\nsteps: [use: in.steps.yaml]\n", environment={"PW": "x"}).cases

    assert case.secrets == ("PW",)


def test_a_case_of_another_test_file_can_be_used(tmp_path: Path) -> None:
    """Its variables are parameters with defaults."""
    (tmp_path / "other.test.yaml").write_text(
        "cases:\n  - name: In\n    url: /x\n    variables: {who: Ada}\n    steps: ['Type {who} into Name']\n"
    )

    loaded = load(tmp_path, "name: A\nurl: /\nsteps: ['use': other.test.yaml#In]\n")

    assert loaded.cases[0].variables == {"other.who": "Ada"}


def test_a_session_brings_its_own_steps(tmp_path: Path) -> None:
    """They run once a run, in front of the first case that needs them."""
    (tmp_path / "in.steps.yaml").write_text("parameters: [user]\nsteps: ['Type {user} into User', Click Sign in]\n")

    [case] = load(
        tmp_path,
        """\
        name: A
        session: {name: ada, url: /login, use: in.steps.yaml, with: {user: ada}}
        steps: [Click Go]
        """,
    ).cases

    assert case.session is not None
    assert [(step.index, step.phase) for step in case.session.steps] == [(0, "session"), (1, "session")]
    assert case.variables == {"in.user": "ada"}


def test_the_command_line_beats_the_file_and_the_file_beats_the_configuration(tmp_path: Path) -> None:
    """The nearer the hand of who runs it, the stronger."""
    [case] = load(
        tmp_path,
        "name: A\nvariables: {a: file, b: file}\nsteps: ['Click {a} {b} {c}']\n",
        variables={"b": "config", "c": "config"},
        overrides={"a": "command line"},
    ).cases

    assert dict(case.variables) == {"a": "command line", "b": "file", "c": "config"}


def test_folders_of_tools_are_not_searched(tmp_path: Path) -> None:
    """A package's own tests are not the user's."""
    for folder in ("node_modules/x", ".cache", "env", "sub"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "b.test.yaml").write_text(f"name: {folder}\nsteps: [Click Go]\n")
    (tmp_path / "env" / "pyvenv.cfg").touch()

    assert [case.name for case in load(tmp_path, "name: A\nsteps: [Click Go]\n").cases] == ["A", "sub"]
