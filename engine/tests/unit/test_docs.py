"""The documents say what the code says: keys, options, settings, codes, examples and links."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel
from ruamel.yaml import YAML

import aiwebtest
from aiwebtest.casefiles import listing
from aiwebtest.casefiles.schema import SessionEntry, StepEntry, StepsFile, TestFile
from aiwebtest.cli.app import app
from aiwebtest.cli.exits import Exit
from aiwebtest.config import Config, ProviderSettings, load_project
from aiwebtest.engine.collect import collect
from aiwebtest.grounding.rules.sentence import understand
from aiwebtest.providers.categories import FACTS, Category

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
SOURCE = Path(aiwebtest.__file__).parent

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(text: str, level: int) -> list[str]:
    """Return the headings of one level, without marks of code."""
    return [match.replace("`", "") for match in re.findall(rf"^#{{{level}}} (.+)$", text, re.MULTILINE)]


def section(page: str, heading: str, level: int = 2) -> str:
    """Return what stands under a heading, down to the next one of its level or above."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(
        rf"^#{{{level}}} {re.escape(heading)}$(.*?)(?=^#{{2,{level}}} |\Z)", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"{page} has no heading {heading}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """Return the first cell of each row of the tables in a text, without their heads."""
    cells = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [cell.replace("`", "") for cell in cells if cell not in ("option", "setting", "code", "to", "about")]


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield every block of code in a language, with the place that names it."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{page.relative_to(ROOT).as_posix()}:{line}", match[2]


def sentences(heading: str) -> list[str]:
    """Return the examples in the tables and paragraphs of a section of sentences.md."""
    text = section("sentences.md", heading)
    tables = "\n".join(line.split("|", 2)[2] for line in text.splitlines() if line.startswith("| "))
    return re.findall(r"`([^`]+)`", tables)


def naming(how: str) -> list[str]:
    """Return the examples of one way to name an element in sentences.md."""
    found = re.search(
        rf"^- {how}:(.*?)(?=^- |^$)", section("sentences.md", "Naming an element"), re.DOTALL | re.MULTILINE
    )
    assert found, how
    return [" ".join(phrase.split()) for phrase in re.findall(r"`([^`]+)`", found[1])]


# Keys, options, settings and codes


@pytest.mark.parametrize(
    ("heading", "model"),
    [("The file", TestFile), ("A step", StepEntry), ("A session", SessionEntry), ("A steps file", StepsFile)],
)
def test_each_key_of_a_file_has_a_heading_and_an_example(heading: str, model: type[BaseModel]) -> None:
    """What may stand in a file can be looked up, and what can be looked up may stand in a file."""
    keys = [field.alias or name for name, field in model.model_fields.items()]

    text = section("test-files.md", heading)

    assert sorted(headings(text, 3)) == sorted(keys)
    for key in keys:
        own = re.search(rf"^### `{key}`$(.*?)(?=^### |\Z)", text, re.DOTALL | re.MULTILINE)
        assert own, f"no heading for {key}"
        assert re.search(rf"^[ -]*{key}:", own[1], re.MULTILINE), f"no example of {key}"


def test_each_command_has_a_heading() -> None:
    """The reference has every command, and no other."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]

    found = headings(section("command-line.md", "Commands"), 3)

    assert sorted(found) == sorted(["aiwebtest", *(f"aiwebtest {name}" for name in commands)])


@pytest.mark.parametrize("name", sorted(typer.main.get_command(app).commands))  # type: ignore[attr-defined]
def test_each_option_of_a_command_has_a_row(name: str) -> None:
    """The reference has every option of a command, and no other."""
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    params = [param for one in (command, *getattr(command, "commands", {}).values()) for param in one.params]
    options = {text for option in params for text in (*option.opts, *option.secondary_opts) if text.startswith("--")}

    rows = first_cells(section("command-line.md", f"`aiwebtest {name}`", 3))

    assert set(re.findall(r"--[a-z-]+", " ".join(rows))) == options - {"--help"}


def test_each_option_for_pytest_has_a_row(pytestconfig: pytest.Config) -> None:
    """The plugin's options can be looked up."""
    options = {f"--{name.replace('_', '-')}" for name in vars(pytestconfig.option) if name.startswith("aiwebtest_")}

    rows = first_cells(section("command-line.md", "pytest"))

    assert {row.split()[0] for row in rows} == options
    assert options


@pytest.mark.parametrize(("heading", "model"), [("Of a run", Config), ("Of the providers", ProviderSettings)])
def test_each_setting_has_a_row(heading: str, model: type[BaseModel]) -> None:
    """The reference has every setting, and no other."""
    assert sorted(first_cells(section("command-line.md", heading, 3))) == sorted(model.model_fields)


def test_each_exit_code_has_a_row() -> None:
    """A script's author finds what each code means."""
    assert first_cells(section("command-line.md", "Exit codes")) == [str(code.value) for code in Exit]


def test_each_error_code_has_a_heading() -> None:
    """A code in a report can be looked up."""
    codes = {code for file in SOURCE.rglob("*.py") for code in _codes(file)}

    assert sorted(headings(section("command-line.md", "Error codes"), 3)) == sorted(codes)


@pytest.mark.parametrize("name", FACTS)
def test_each_category_of_a_failed_request_has_a_heading_with_its_advice(name: Category) -> None:
    """The word in a record of a request can be looked up, and the reader is told what the message says."""
    facts = FACTS[name]

    text = section("command-line.md", f"`{name}`", 3)

    assert " ".join(text.split()) == f"{facts.meaning} {facts.advice[0].upper()}{facts.advice[1:]}"


def test_no_category_of_a_failed_request_is_told_that_there_is_not() -> None:
    """What can be looked up can happen."""
    assert headings(section("command-line.md", "Failures of requests to providers"), 3) == list(FACTS)


def _codes(file: Path) -> Iterator[str]:
    """Yield the codes that a file's error classes have, and those that are written where a problem is made."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                    yield from _texts(line.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
            for keyword in node.keywords:
                if keyword.arg == "code":
                    yield from _texts(keyword.value)


def _texts(node: ast.expr) -> set[str]:
    """Return the texts that an expression may come to; what its conditions compare with is none of them."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


# Examples


@pytest.mark.parametrize(("place", "text"), [pytest.param(*block, id=block[0]) for block in blocks("yaml")])
def test_each_yaml_example_is_a_valid_test_file(
    place: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An example that is copied works; a fragment does so with a name and a step added."""
    monkeypatch.setenv("SHOP_PASSWORD", "for the examples only")
    for _, other in blocks("yaml"):
        if named := _steps_file(other):
            (tmp_path / named).write_text(other, encoding="utf-8")
    (tmp_path / "state.json").write_text('{"cookies": [], "origins": []}', encoding="utf-8")
    if named := _steps_file(text):
        (tmp_path / named).write_text(text, encoding="utf-8")
        text = _case_that_uses(named, text)
    (tmp_path / "example.test.yaml").write_text(_completed(text), encoding="utf-8")
    project = load_project(start=tmp_path, overrides={"base_url": "http://127.0.0.1"})

    loaded = collect(project, [tmp_path / "example.test.yaml"])

    assert not loaded.problems, f"{place}\n{listing(loaded.problems)}"
    assert loaded.cases


def _steps_file(text: str) -> str:
    """Return the name of the steps file that an example is, "" if it is none."""
    found = re.match(r"# (\S+\.steps\.yaml)$", text, re.MULTILINE)
    return found[1] if found else ""


def _case_that_uses(named: str, text: str) -> str:
    parameters = YAML(typ="safe").load(text).get("parameters", [])
    given = ", ".join(f"{name}: something" for name in parameters)
    return f"steps:\n  - use: {named}\n" + (f"    with: {{{given}}}\n" if given else "")


def _completed(text: str) -> str:
    """Return a fragment with the keys that a whole file needs besides."""
    keys = YAML(typ="safe").load(text)
    if "cases" in keys:
        return text
    more = {"name": "name: An example", "steps": 'steps:\n  - check: the page shows "Basket"'}
    return "\n".join([text, *(lines for key, lines in more.items() if key not in keys)])


@pytest.mark.parametrize(("place", "text"), [pytest.param(*block, id=block[0]) for block in blocks("toml")])
def test_each_toml_example_is_a_valid_configuration(place: str, text: str, tmp_path: Path) -> None:
    """A configuration that is copied works."""
    (tmp_path / "aiwebtest.toml").write_text(text, encoding="utf-8")

    assert load_project(start=tmp_path).config_file, place


@pytest.mark.parametrize("text", sentences("Acting"))
def test_each_example_of_acting_is_understood(text: str) -> None:
    """What the page promises to be understood is, and not as a check."""
    understood = understand(text)

    assert not understood.problem
    assert understood.intents
    assert not understood.claims


@pytest.mark.parametrize("text", sentences("Checking"))
def test_each_example_of_checking_is_understood_by_rules(text: str) -> None:
    """What the page promises to be checked without a model is, also without the key `check`."""
    understood = understand(text)

    assert understood.kind == "check"
    assert not understood.problem
    assert {claim.kind for claim in understood.claims}.isdisjoint({"semantic"})
    assert understood.claims


@pytest.mark.parametrize("phrase", naming("by what it is"))
def test_each_example_of_a_kind_is_one(phrase: str) -> None:
    """What the page promises to name a kind of element does so."""
    [intent] = understand(f"Click {phrase}").intents

    assert intent.target
    assert intent.target.role


@pytest.mark.parametrize("phrase", naming("by where it is"))
def test_each_example_of_a_place_is_one(phrase: str) -> None:
    """What the page promises to say where an element is does so."""
    [intent] = understand(f"Click Save {phrase}").intents

    assert intent.target
    assert intent.target.name == "Save"
    assert intent.target.relations


@pytest.mark.parametrize("phrase", naming("by its state"))
def test_each_example_of_a_state_is_one(phrase: str) -> None:
    """What the page promises to name an element by its state does so."""
    [intent] = understand(f"Click {phrase}").intents

    assert intent.target
    assert intent.target.states


def test_the_example_of_judgement_needs_judgement() -> None:
    """The page says that rules cannot decide it."""
    [example] = re.findall(r"What needs judgement \(`(.+?)`\)", section("sentences.md", "Checking"))

    assert [claim.kind for claim in understand(example, "check").claims] == ["semantic"]


# Pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page: Path) -> None:
    """A link leads to a file that is there, and to a heading in it."""
    for name, anchor in _LINK.findall(prose(page)):
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{page.name}: {name}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", prose(there), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_of_pages_are_short(page: Path) -> None:
    """Pages are read as text too."""
    lines = page.read_text(encoding="utf-8").splitlines()

    assert not [line for line in lines if len(line) > 120]
