from __future__ import annotations

from pathlib import Path

import pytest

from exokb.cli.errors import ExitCode
from exokb.settings import KNOWN
from exokb.store import tables as definition
from tools import reference
from tools.environment import ROOT
from tools.reference import DOCS, SECTIONS, bring_up_to_date, pages, section_names
from tools.reference_commands import commands
from tools.reference_store import descriptions, view_comments, view_definitions
from tools.reference_values import MEANING, settings


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(DOCS)))
def test_generated_pages_are_current(page: Path) -> None:
    text = page.read_text("utf-8")
    assert bring_up_to_date(text) == text, "run `make docs-update`"


def test_every_generated_section_is_on_a_page() -> None:
    used = [name for page in pages() for name in section_names(page.read_text("utf-8"))]
    assert sorted(used) == sorted(SECTIONS)


def test_prose_around_a_section_stays() -> None:
    page = "before\n<!-- generated: settings -->\nas it was\n<!-- end of settings -->\nafter\n"
    new = bring_up_to_date(page)
    assert new.startswith("before\n<!-- generated: settings -->\n\n| setting |")
    assert new.endswith("<!-- end of settings -->\nafter\n")
    assert "as it was" not in new
    assert bring_up_to_date(new) == new


@pytest.mark.parametrize(
    "page",
    ["<!-- generated: settings -->\n", "<!-- generated: Settings -->\n<!-- end of Settings -->",
     "<!-- generated: nothing -->\n<!-- end of nothing -->"],
)  # fmt: skip
def test_a_section_that_cannot_be_written_is_an_error(page: str) -> None:
    with pytest.raises(ValueError, match="generated section"):
        bring_up_to_date(page)


def test_updating_writes_only_what_is_not_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- generated: settings -->\n<!-- end of settings -->\n", "utf-8")
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    assert reference.main() == 0
    assert capsys.readouterr().out == "docs: wrote page.md\n"
    assert "EXOKB_HOME" in page.read_text("utf-8")
    assert reference.main() == 0
    assert capsys.readouterr().out == ""


def test_every_table_and_view_says_what_it_is_for() -> None:
    assert set(definition.metadata.tables) <= set(descriptions())
    views = view_definitions()
    assert {view.name for view in views} == set(view_comments())
    assert all(view.columns and view.sql.startswith("CREATE VIEW") for view in views)


def test_every_setting_exit_code_and_command_is_documented() -> None:
    table = settings()
    assert [name for name in KNOWN if f"| `{name}` |" not in table] == []
    assert set(MEANING) == set(ExitCode)
    assert [line for line in commands().splitlines() if line.startswith("- ") and line.endswith(":")] == []
    assert {"## exokb search", "### exokb list add"} <= set(commands().splitlines())


def test_every_page_is_in_the_site() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    top = [page.name for page in DOCS.glob("*.md")]
    assert [name for name in top if name not in navigation] == []
