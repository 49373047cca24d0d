"""The corpus that travels with exokb: bibliographic and registry facts, see ``data/fixtures/README.md``."""
