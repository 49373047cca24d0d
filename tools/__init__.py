"""What the Makefile runs: none of it is part of the installed program."""
