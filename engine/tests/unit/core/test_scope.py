"""Variables and secrets of an execution."""

import base64
from urllib.parse import quote_plus

import pytest

from aiwebtest.core.errors import UsageError
from aiwebtest.core.scope import Scope, placeholders

SECRET = "tops€cret & <more>/"


def test_variables_are_filled_and_secrets_stay_named() -> None:
    """A sentence may travel into prompts and reports once its variables are filled."""
    scope = Scope({"user": "ada"}, {"PW": SECRET})

    assert scope.fill("log in as {user} with {PW}") == "log in as ada with {PW}"


def test_secrets_are_revealed_only_on_demand() -> None:
    """The browser room asks for the value at the last moment."""
    scope = Scope({"user": "ada"}, {"PW": SECRET})

    assert scope.reveal("{user}:{PW}") == f"ada:{SECRET}"


def test_an_unknown_variable_is_named_with_those_that_are_known() -> None:
    """A typo in a placeholder is the commonest mistake."""
    scope = Scope({"user": "ada"}, {"PW": SECRET})

    with pytest.raises(UsageError, match=r"\{usr\} has no value \(known: PW, user\)"):
        scope.fill("log in as {usr}")


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
        "tops\\u20accret & <more>/",
        "tops€cret &amp; &lt;more&gt;/",
    ],
)
def test_every_encoding_of_a_secret_is_masked(form: str) -> None:
    """Pages echo secrets in URLs, JSON and HTML."""
    scope = Scope({}, {"PW": SECRET})

    masked = scope.mask(f"before {form} after")

    assert masked == "before {PW} after"


def test_a_longer_secret_is_masked_before_one_that_it_contains() -> None:
    """Otherwise the rest of the longer one would stay readable."""
    scope = Scope({}, {"SHORT": "abcd", "LONG": "abcdefgh"})

    assert scope.mask("abcdefgh abcd") == "{LONG} {SHORT}"


def test_placeholders_are_listed_once_in_order() -> None:
    """Case files are checked for names without a value before a browser starts."""
    assert placeholders("{b} {a} {b} {not a name}") == ("b", "a")
