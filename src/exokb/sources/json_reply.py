"""JSON replies: bytes to a checked shape, or `PayloadError`."""

from __future__ import annotations

import json
from typing import Any

from exokb.errors import PayloadError


def parse_object(body: bytes, what: str) -> dict[str, Any]:
    """Read a JSON object; ``what`` names it in errors.

    Raises:
        PayloadError: the body is empty, an HTML page, broken off, not JSON, or JSON of another shape.
    """
    if not body.strip():
        raise PayloadError(what, "the reply is empty")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        looks = "an HTML page" if body.lstrip()[:1] == b"<" else f"not JSON ({type(error).__name__})"
        raise PayloadError(what, f"the reply is {looks}") from None
    if not isinstance(value, dict):
        raise PayloadError(what, f"the reply is a JSON {type(value).__name__}, not an object")
    return value


def take_objects(holder: dict[str, Any], name: str, what: str) -> list[dict[str, Any]]:
    """Give the list of objects under ``name``; empty where it is absent or null.

    Raises:
        PayloadError: it is something else.
    """
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise PayloadError(what, f"{name!r} is not a list of objects")
    return value


def take_text(holder: dict[str, Any], name: str) -> str:
    """Give a text or a number under ``name`` as text, blanks folded; empty where it is absent or something else."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())
