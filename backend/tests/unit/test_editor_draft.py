"""What the editor keeps and writes: data rows, variables, lines that a browser kept, words that are offered."""

from __future__ import annotations

import pytest

from aiwebtest.grounding.rules.sentence import understand
from app.core.errors import Invalid
from app.services.file_values import (
    Table,
    pasted,
    secrets_of,
    table_of,
    variables_of,
    with_secret,
    with_table,
    with_variables,
)  # fmt: skip
from app.services.sheets import Line
from app.services.vocabulary import PATTERNS
from app.web.pages.editor.draft import Draft
from app.web.pages.editor.reading import reading_markup

FILE = """\
# Who may come in
name: Log in as {user}
data:
  - {user: ada, zip: "0150"}
steps:
  - Open /login   # the door
  - use: sign-in.steps.yaml
  - check: The page shows "Hello"
"""


def test_a_changed_table_leaves_the_rest_of_the_file_as_it_was() -> None:
    """Comments stay, and what YAML would read as a number comes back as the text that was entered."""
    table = table_of(FILE, None)
    changed = with_table(
        FILE, None, Table(columns=(*table.columns, "city"), rows=(*[(*row, "no") for row in table.rows],))
    )

    assert table_of(changed, None) == Table(columns=("user", "zip", "city"), rows=(("ada", "0150", "no"),))
    assert changed.startswith("# Who may come in\n")
    assert changed.partition("steps:")[2] == FILE.partition("steps:")[2]
    assert "data" not in with_table(changed, None, Table())


def test_cells_of_a_spreadsheet_and_csv_are_taken_alike() -> None:
    """The first line names the columns; a short row is filled up; a heading that no sentence can name is refused."""
    expected = Table(columns=("user", "city"), rows=(("ada", "Lon, don"), ("lin", "")))

    assert pasted("user\tcity\nada\tLon, don\nlin\n") == expected
    assert pasted('user,city\nada,"Lon, don"\nlin\n') == expected
    with pytest.raises(Invalid, match="user name"):
        pasted("user name\tcity\nada\tLondon")


def test_variables_and_secrets_are_put_above_the_steps() -> None:
    """What a picker adds is what a run reads."""
    changed = with_secret(with_variables(FILE, {"zip": "0150", "yes": "on"}), None, "SHOP_PASSWORD")

    assert variables_of(changed, None) == {"zip": "0150", "yes": "on"}
    assert secrets_of(changed, None) == ("SHOP_PASSWORD",)
    assert changed.index("variables:") < changed.index("steps:") > changed.index("secrets:")


def test_lines_that_a_browser_kept_come_back_with_all_that_the_file_says_of_them() -> None:
    """A moved line keeps its comment and its kind, a new one is there, shared steps stay shared steps."""
    draft = Draft.of("a.test.yaml", FILE)

    draft.restore(FILE, [["0", "2", "check", "", 'The page shows "Hi"'], ["0", "", "", "", "Go back"],
                         ["0", "1", "", "", "use: sign-in.steps.yaml"]])  # fmt: skip

    steps = draft.written().partition("steps:\n")[2]
    assert steps == '  - check: The page shows "Hi"\n  - Go back\n  - use: sign-in.steps.yaml\n'
    with pytest.raises(Invalid):
        draft.restore(FILE, [["0", "9", "", "", "from another file"]])


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in PATTERNS])
def test_every_pattern_that_is_offered_is_understood(pattern: str) -> None:
    """A suggestion that the rules then call unclear would be a bad joke."""
    filled = pattern.replace("the … as {…}", "the order number as {order}").replace("…", "Save")
    understood = understand(filled)

    assert not understood.problem
    assert not any(claim.kind == "semantic" for claim in understood.claims)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Check that the page looks tidy", "asks a model"),
        ('The page shows "tidy"', "the text &#34;tidy&#34; is shown"),
        ("Check that", "It says nothing."),
    ],
)
def test_what_a_line_says_of_its_sentence_tells_who_can_decide_it(sentence: str, told: str) -> None:
    """Whoever writes without a model sees at once what rules cannot judge, and what claims nothing at all."""
    marked = str(reading_markup(Line(text=sentence)))

    assert (told in marked, "asks a model" in marked) == (True, told == "asks a model")
