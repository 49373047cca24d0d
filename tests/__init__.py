"""The tests of exokb; they mirror ``src/exokb``."""
