"""Each setting knows where it came from, and no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from exokb.errors import ConfigError
from exokb.settings import KNOWN, hide_password, load_settings


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings(environment={}, home=tmp_path)
    assert settings.db == str(tmp_path / "library.exokb")
    assert set(settings.origins) >= set(KNOWN) - {"home"}
    assert settings.origins["entrez_url"] == "default"
    assert settings.entrez_url.startswith("https://")


def test_the_order_of_precedence(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        'email = "user@example.org"\nattempts = 2\nread_timeout = 9\nicite_url = "http://user"'
    )
    (tmp_path / "exokb.toml").write_text("attempts = 3\nread_timeout = 8")
    environment = {"EXOKB_ATTEMPTS": "4", "EXOKB_HOME": str(tmp_path), "EXOKB_DB": str(tmp_path / "env.exokb")}
    settings = load_settings(db=str(tmp_path / "flag.exokb"), environment=environment)
    assert (settings.db, settings.origins["db"]) == (str(tmp_path / "flag.exokb"), "flag --db")
    assert (settings.attempts, settings.origins["attempts"]) == (4, "environment EXOKB_ATTEMPTS")
    assert (settings.read_timeout, settings.origins["read_timeout"]) == (8.0, str(tmp_path / "exokb.toml"))
    assert (settings.icite_url, settings.origins["icite_url"]) == ("http://user/", str(tmp_path / "config.toml"))
    assert load_settings(environment=environment).db == str(tmp_path / "env.exokb")


def test_ncbis_own_variable_stands_before_the_general_one(tmp_path: Path) -> None:
    environment = {"EMAIL": "general@example.org", "NCBI_EMAIL": "ncbi@example.org"}
    assert load_settings(environment=environment, home=tmp_path).email == "ncbi@example.org"


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert load_settings(environment={"NCBI_API_KEY": " "}, home=tmp_path).ncbi_api_key is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("atempts = 3", "unknown"),
        ("attempts = [3]", "text or a number"),
        ("attempts = 'many'", "not a number"),
        ("attempts = 0", "out of bounds"),
        ("entrez_url = 'ftp://x'", "http"),
        ("email = 'a b@c'", "blanks"),
        ("attempts = ", "TOML"),
        ("home = '/x'", "unknown"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "config.toml").write_text(content)
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings(environment={}, home=tmp_path)
    assert str(tmp_path / "config.toml") in str(caught.value)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    environment = {"NCBI_API_KEY": "k3y", "NCBI_EMAIL": "me@example.org", "EXOKB_DB": "postgresql://me:pass@host/db"}
    settings = load_settings(environment=environment, home=tmp_path)
    shown = repr(settings) + " ".join(settings.shown(name) for name in KNOWN)
    for secret in ("k3y", "me@example.org", "pass"):
        assert secret not in shown


def test_urls_lose_password_and_query() -> None:
    assert hide_password("http://u:p@h:1/x?api_key=1") == "http://u:***@h:1/x"
    assert hide_password("/a/path?x") == "/a/path?x"
