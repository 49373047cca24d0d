from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from tools.picture import PICTURE, SESSION, draw, record

SHOWN = [("exokb search 'miR-21'", "\x1b[1;31m 1\x1b[0m  <i>miR-21</i> & kidney\n 2  β-cell\n")]


def words(svg: str) -> str:
    return " ".join("".join(map(str, etree.fromstring(svg.encode()).itertext())).split())


def test_the_picture_shows_commands_and_output_as_text() -> None:
    seen = words(draw(SHOWN))
    assert "$ exokb search 'miR-21'" in seen
    assert "1 <i>miR-21</i> & kidney" in seen
    assert "2 β-cell" in seen


def test_the_picture_loads_nothing_and_does_not_vary() -> None:
    svg = draw(SHOWN)
    addresses = set(re.findall(r"(?<![\w/])https?://[^\s\"')]+", svg))
    assert addresses == {"http://www.w3.org/2000/svg", "https://www.textualize.io"}  # a namespace, a comment
    assert "@font-face" not in svg
    assert svg == draw(SHOWN)


def test_colours_of_the_command_are_kept() -> None:
    assert "#cc555a" in draw(SHOWN)  # rich's red
    assert "#cc555a" not in draw([("x", "plain")])


def test_the_session_is_recorded_from_the_real_command(tmp_path: Path) -> None:
    ((command, output),) = record((), ("exokb --help",), tmp_path)
    assert command == "exokb --help"
    assert "search" in output
    assert "$ exokb --help" in words(draw([(command, output)]))


def test_a_command_that_fails_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        record((), ("exit 3",), tmp_path)


def test_the_picture_of_the_readme_shows_the_session() -> None:
    seen = words(PICTURE.read_text("utf-8"))
    assert all(f"$ {command}" in seen for command in SESSION), "run `make picture`"
