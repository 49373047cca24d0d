"""Raw bytes as they came, so that everything derived from them can be made again without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Payload:
    """One reply of a source, or one piece of a file.

    Attributes:
        source: which source gave it (``pubmed``, ``icite``, ``bundled``, ``file``).
        key: what was asked, in words a person understands; never a URL, never a secret.
        media_type: such as ``application/xml``.
        body: the bytes, undecoded and uncompressed.
        observed_at: when it came, UTC-aware.
    """

    source: str
    key: str
    media_type: str
    body: bytes
    observed_at: datetime

    @property
    def digest(self) -> bytes:
        """SHA-256 of the body, 32 bytes."""
        return sha256(self.body).digest()
