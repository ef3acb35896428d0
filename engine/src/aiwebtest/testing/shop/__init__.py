"""The demo shop: small but real, served on loopback, intact or with one planted fault.

```python
async with serve_shop() as shop:  # or serve_shop("double-charge")
    await page.goto(shop.url)
```

`FAULTS` lists what can be planted. `SUITE` is the folder of the example suite, which passes on the intact shop
and fails on every twin. `JUDGEMENT` is the folder of cases with steps that need a model.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from aiwebtest.testing.shop.faults import FAULTS, Fault, fault_named
from aiwebtest.testing.shop.server import Shop, serve_shop

__all__ = ["FAULTS", "JUDGEMENT", "SUITE", "Fault", "Shop", "fault_named", "serve_shop"]

SUITE = Path(str(files(__package__).joinpath("suite")))
JUDGEMENT = Path(str(files(__package__).joinpath("judgement")))
