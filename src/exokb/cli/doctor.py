"""``exokb doctor``: is everything well?"""

from __future__ import annotations

import typer

from exokb.cli.errors import ExitCode
from exokb.cli.options import DbOption, opened
from exokb.cli.output import counted, say, write_table


def doctor(context: typer.Context, db: DbOption = None) -> int:
    """Examine the installation, the settings and the library, and say what to do about what is wrong."""
    from exokb.services.library import examine

    with opened(context, db) as app:
        findings = examine(app)
    write_table(
        ("", "what", "found", "what to do"),
        [("ok" if f.well else "!", f.subject, f.said, f.remedy) for f in findings],
    )
    broken = [f for f in findings if not f.well and f.subject.startswith("library")]
    if broken:
        say(f"exokb: {counted(len(broken), 'thing')} to mend in the library; the last column says how")
    return ExitCode.LIBRARY_UNUSABLE if broken else ExitCode.OK
