"""The server's own tests take its fixture directly, so that they run alone too."""

from tests.upstream.fixtures import upstream

__all__ = ["upstream"]
