"""Settings: one frozen object, and for each value where it came from.

Order: flag > environment > ``exokb.toml`` beside the library > the user's ``config.toml`` > default. A plain
dataclass rather than pydantic-settings: reading the library must not pay for importing it, and it does not say
which of its sources a value came from (``docs/decisions/0002-settings.md``).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from exokb.errors import ConfigError

APP_NAME = "exokb"


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is named outside: environment variables in order of precedence, and what it means."""

    environment: tuple[str, ...]
    help: str
    secret: bool = False


KNOWN: dict[str, Setting] = {
    "db": Setting(("EXOKB_DB",), "the library: a path, or an SQLAlchemy URL"),
    "home": Setting(("EXOKB_HOME",), "folder for the library, the user's vocabularies and settings"),
    "ncbi_api_key": Setting(("NCBI_API_KEY",), "NCBI API key: 10 requests a second instead of 3", secret=True),
    "email": Setting(("NCBI_EMAIL", "EMAIL"), "contact address sent to NCBI and Crossref, as they ask", secret=True),
    "entrez_url": Setting(("EXOKB_ENTREZ_URL",), "base URL of the E-utilities"),
    "idconv_url": Setting(("EXOKB_IDCONV_URL",), "URL of the PMC ID converter"),
    "icite_url": Setting(("EXOKB_ICITE_URL",), "base URL of iCite"),
    "europepmc_url": Setting(("EXOKB_EUROPEPMC_URL",), "base URL of the Europe PMC REST service"),
    "crossref_url": Setting(("EXOKB_CROSSREF_URL",), "base URL of the Crossref REST API"),
    "trials_url": Setting(("EXOKB_TRIALS_URL",), "base URL of the ClinicalTrials.gov API v2"),
    "connect_timeout": Setting(("EXOKB_CONNECT_TIMEOUT",), "seconds to wait for a connection"),
    "read_timeout": Setting(("EXOKB_READ_TIMEOUT",), "seconds to wait for the next bytes of a reply"),
    "attempts": Setting(("EXOKB_ATTEMPTS",), "how often a request is tried before it has failed"),
}


@dataclass(frozen=True)
class Settings:
    """Every setting of exokb. Build one with `load_settings`, or directly in Python.

    ``origins`` maps a setting's name to where its value came from, in words.
    """

    home: Path
    db: str
    ncbi_api_key: str | None = None
    email: str | None = None
    entrez_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    idconv_url: str = "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/"
    icite_url: str = "https://icite.od.nih.gov/api/"
    europepmc_url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest/"
    crossref_url: str = "https://api.crossref.org/"
    trials_url: str = "https://clinicaltrials.gov/api/v2/"
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 5
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"Settings(db={self.shown('db')!r}, home={str(self.home)!r})"

    def shown(self, name: str) -> str:
        """Give a value as text that may be printed: secrets as ``set``, URLs without a password."""
        value = getattr(self, name)
        if value is None:
            return "not set"
        if KNOWN[name].secret:
            return "set (not shown)"
        return hide_password(str(value))

    @property
    def state_dir(self) -> Path:
        """Where what concerns this machine is kept, such as the shared request clock."""
        return self.home / "state"

    @property
    def vocabulary_dir(self) -> Path:
        """Where the user's own vocabularies lie."""
        return self.home / "facets"


def hide_password(text: str) -> str:
    """Give a URL without its password and query; any other text as it is."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # what cannot be read may hold a password anywhere
        return f"{text.split('://')[0]}://***"
    host = parts.hostname or ""
    if port:
        host = f"{host}:{port}"
    if parts.username:
        host = f"{parts.username}@{host}" if not parts.password else f"{parts.username}:***@{host}"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def load_settings(
    *, db: str | None = None, environment: Mapping[str, str] | None = None, home: Path | None = None
) -> Settings:
    """Read the settings.

    Args:
        db: the value of the ``--db`` flag.
        environment: the environment; the process's own by default.
        home: the home folder, for tests; else ``EXOKB_HOME``, else the platform's data folder.

    Raises:
        ConfigError: a key is unknown, or a value is malformed.
    """
    environ = os.environ if environment is None else environment
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    given_home = home
    if home is None and environ.get("EXOKB_HOME"):
        given_home = _expanded(environ["EXOKB_HOME"], "home", "environment EXOKB_HOME")
    folder = given_home or _default_home()
    origins["home"] = "environment EXOKB_HOME" if environ.get("EXOKB_HOME") and home is None else "default"
    user_file = (given_home / "config.toml") if given_home else _user_config_file()
    _take_file(user_file, values, origins)
    chosen = db or environ.get("EXOKB_DB") or values.get("db")
    if chosen and "://" not in chosen:
        origin = "flag --db" if db else "environment EXOKB_DB" if environ.get("EXOKB_DB") else origins["db"]
        _take_file(_expanded(chosen, "db", origin).parent / "exokb.toml", values, origins)
    elif not chosen:
        _take_file(folder / "exokb.toml", values, origins)
    for name, setting in KNOWN.items():
        if name == "home":
            continue
        variable = next((v for v in setting.environment if environ.get(v, "").strip()), None)
        if variable:
            values[name], origins[name] = environ[variable].strip(), f"environment {variable}"
    if db:
        values["db"], origins["db"] = db, "flag --db"
    typed = {name: _typed(name, text, origins[name]) for name, text in values.items()}
    typed.setdefault("db", str(folder / "library.exokb"))
    for name in KNOWN:
        origins.setdefault(name, "default")
    return Settings(home=folder, origins=origins, **typed)


def _expanded(path: str, key: str, origin: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # ~nobody
        raise ConfigError(key, origin, f"{path!r} begins with the home folder of a user who is not there") from error


def _take_file(path: Path, values: dict[str, str], origins: dict[str, str]) -> None:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ConfigError("(file)", str(path), f"cannot be read: {error.strerror}") from error
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("(file)", str(path), f"is not TOML: {error}") from error
    for key, value in table.items():
        if key not in KNOWN or key == "home":
            known = ", ".join(sorted(set(KNOWN) - {"home"}))
            raise ConfigError(key, str(path), f"is unknown; known are {known}")
        if isinstance(value, dict | list | bool):
            raise ConfigError(key, str(path), "must be a text or a number")
        values[key], origins[key] = str(value), str(path)


def _typed(name: str, text: str, origin: str) -> Any:
    kind = next(f.type for f in fields(Settings) if f.name == name)
    if name.endswith("_url"):
        if not text.startswith(("http://", "https://")):
            raise ConfigError(name, origin, "must start with http:// or https://")
        try:
            whole = bool(urlsplit(text).hostname) and urlsplit(text).port != 0
        except ValueError:  # brackets that do not match, a port that is no number
            whole = False
        if not whole:
            raise ConfigError(name, origin, "is no URL: the name of the server or its port cannot be read")
        return text if text.endswith("/") else text + "/"
    if kind in ("int", "float"):
        try:
            number = int(text) if kind == "int" else float(text)
        except ValueError:
            raise ConfigError(name, origin, f"{text!r} is not a number") from None
        if not 0 < number < 100_000:
            raise ConfigError(name, origin, f"{text} is out of bounds")
        return number
    if name in ("email", "ncbi_api_key") and any(c.isspace() for c in text):
        raise ConfigError(name, origin, "must hold no blanks")
    return text


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False)


def _user_config_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False) / "config.toml"
