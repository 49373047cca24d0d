"""Where the folders lie that travel with exokb: the migrations and the bundled corpus.

A wheel carries them inside the package (``exokb/_packaged``, see ``force-include`` in ``pyproject.toml``); in a
checkout they are at the top of the repository, where people look for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from exokb.errors import ConfigError

PackagedName = Literal["alembic", "fixtures"]

_IN_CHECKOUT: dict[PackagedName, str] = {"alembic": "alembic", "fixtures": "data/fixtures"}


def packaged_folder(name: PackagedName) -> Path:
    """Give the folder of that name, from the installed wheel or from the checkout.

    Raises:
        ConfigError: neither has it: the installation is incomplete.
    """
    package = Path(__file__).parent
    inside = package / "_packaged" / name
    if inside.is_dir():
        return inside
    checkout = package.parent.parent
    # Beside an installed package lies whatever else is installed (there is a package called alembic, too).
    if (checkout / "pyproject.toml").is_file() and (checkout / _IN_CHECKOUT[name]).is_dir():
        return checkout / _IN_CHECKOUT[name]
    raise ConfigError("(installation)", str(package), f"the folder {name!r} is missing", hint="install exokb again")
