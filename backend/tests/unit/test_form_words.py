"""What is said of a field that does not fit: no name of the schema, and the word that was meant."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from app.schemas.measuring import MutationRunNew
from app.schemas.runs import RunRequest
from app.schemas.settings import SettingsChange
from app.web.kit import Unfit
from app.web.pages.common import checked


@pytest.mark.parametrize(
    ("schema", "values", "field", "told", "mend"),
    [
        (RunRequest, {"fallbacks": ["google", "cerebra"]}, "fallbacks", "`cerebra` is not a provider",
         "did you mean `cerebras`?"),
        (RunRequest, {"base_url": "shop"}, "base_url",
         "that is no address of the web; begin it with https:// or http://", ""),
        (RunRequest, {"variables": {"1st": "a"}}, "variables",
         "a name has letters, digits and _ . -, and begins with a letter", ""),
        (SettingsChange, {"retention_days": "0"}, "retention_days", "it must be 1 or more", ""),
        (SettingsChange, {"budget_usd_per_day": "1000001"}, "budget_usd_per_day", "it must be 1000000 at most", ""),
        (MutationRunNew, {"name": "a", "suite_id": 1, "providers": ["google"]}, "",
         "name two different providers or more, or none", ""),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_told_in_words(
    schema: type[BaseModel], values: dict[str, object], field: str, told: str, mend: str
) -> None:
    """The page puts the label before it that the form shows."""
    with pytest.raises(Unfit) as refused:
        checked(schema, values)

    assert (refused.value.field, refused.value.told, refused.value.mend) == (field, told, mend)
