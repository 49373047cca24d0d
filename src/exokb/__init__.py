"""exokb: a local literature knowledge base for reviewers of extracellular vesicles.

The public Python API is the short list below; each name is imported only when it is first used, so that
``import exokb`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "App": "exokb.app",
    "ExokbError": "exokb.errors",
    "Record": "exokb.domain.record",
    "Settings": "exokb.settings",
    "open_app": "exokb.app",
}

__all__ = ["App", "ExokbError", "Record", "Settings", "__version__", "open_app"]

if TYPE_CHECKING:
    from exokb.app import App, open_app
    from exokb.domain.record import Record
    from exokb.errors import ExokbError
    from exokb.settings import Settings


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
