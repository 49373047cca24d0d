"""What a reader says of the papers on a reading list."""

from __future__ import annotations

READ_STATUSES = ("to read", "reading", "read")
DECISIONS = ("undecided", "include", "exclude")
STAGES = ("title/abstract", "full text")
"""At what a person decided: PRISMA 2020 counts the two apart
(https://www.prisma-statement.org/prisma-2020-flow-diagram)."""
