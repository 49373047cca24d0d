"""``python -m exokb``."""

from exokb.cli.main import main

main()
