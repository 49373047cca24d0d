from pathlib import Path

import pytest

import exokb.packaged
from exokb.errors import ConfigError
from exokb.packaged import packaged_folder


def _installed(monkeypatch: pytest.MonkeyPatch, package: Path) -> None:
    package.mkdir(parents=True)
    monkeypatch.setattr(exokb.packaged, "__file__", str(package / "packaged.py"))


def test_the_checkout_has_the_corpus() -> None:
    assert (packaged_folder("fixtures") / "records.xml").is_file()


def test_an_installed_wheel_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "exokb"
    _installed(monkeypatch, package)
    (package / "_packaged" / "alembic").mkdir(parents=True)
    assert packaged_folder("alembic") == package / "_packaged" / "alembic"


def test_what_lies_beside_an_installed_package_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _installed(monkeypatch, tmp_path / "lib" / "exokb")
    (tmp_path / "alembic").mkdir()
    with pytest.raises(ConfigError) as caught:
        packaged_folder("alembic")
    assert caught.value.hint == "install exokb again"
