"""``exokb review``: decide on evidence, one key each."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from exokb.app import App
from exokb.cli.options import DbOption, LimitOption, opened
from exokb.cli.output import clean, console, say, write_line
from exokb.cli.selection import selecting
from exokb.cli.synonyms import tell_expansions
from exokb.cli.tag import FACET_NAMES
from exokb.query.criteria import Criteria

if TYPE_CHECKING:
    from exokb.services.review import Claim, ClaimView

KEYS = "y confirm · n reject · s skip · u undo the last · q quit"
KEYS_KNOWN = frozenset("ynsuq")
SHOWN = 3
_VERDICTS = {"y": "confirm", "n": "reject"}
_DONE = {"confirm": "confirmed", "reject": "rejected", "skip": "skipped"}


@selecting
def review(
    context: typer.Context,
    criteria: Criteria,
    *,
    facet: Annotated[str, typer.Option("--facet", help="The facet to look at: cargo, disease, …", metavar="NAME")],
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="The least certain first; else the newest papers first.")
    ] = False,
    limit: LimitOption = None,
    db: DbOption = None,
) -> int:
    """Walk through evidence that nobody has decided on, with one key each: y, n, s, u, q.

    Each decision is stored at once. Keys may also come from a pipe; the end of it is q.
    """
    from exokb.services.review import find_claims

    with opened(context, db) as app:
        tell_expansions(app, criteria)
        claims = find_claims(app, FACET_NAMES.get(facet, facet), criteria, uncertain=uncertain, limit=limit)
        done = _walk(app, claims)
    told = ", ".join(f"{done[name]} {name}" for name in ("confirmed", "rejected", "skipped") if done[name])
    say(f"{told or 'nothing decided'}; {len(claims) - done.total()} of {len(claims)} left")
    return 0


def _walk(app: App, claims: list[Claim]) -> Counter[str]:
    """Show one claim after the other and do what the keys say; gives how many were decided how."""
    from exokb.services.review import decide_claim, view_claim

    past: list[tuple[ClaimView, str]] = []
    while len(past) < len(claims):
        view = view_claim(app, claims[len(past)])
        _show(view, len(past) + 1, len(claims))
        key = _ask()
        if key == "q":
            break
        if key == "u":
            if not past:
                say("nothing to undo")
                continue
            last, done = past.pop()
            if done != "skip":
                decide_claim(app, last.claim, "withdraw")
            say(f"undone: {last.name} {last.claim.facet}:{last.claim.value}")
            continue
        verdict = _VERDICTS.get(key, "skip")
        if verdict != "skip":
            decide_claim(app, view.claim, verdict)
        say(f"{view.name} {view.claim.facet}:{view.claim.value} {_DONE[verdict]}")
        past.append((view, verdict))
    return Counter(_DONE[done] for _, done in past)


def _ask() -> str:
    """Wait for a key that means something; the end of input is ``q``."""
    while True:
        key = _read_key()
        if key in ("", "\x03", "\x04"):
            return "q"
        if key.lower() in KEYS_KNOWN:
            return key.lower()
        if key.strip():
            say(f"{clean(key)!r} means nothing here: {KEYS}")


def _read_key() -> str:
    if sys.stdin.isatty():
        import click

        # Several at once are an arrow or the like, which means nothing, or keys pressed ahead, which nobody aimed.
        try:
            pressed = click.getchar()
        except EOFError:  # Ctrl-D
            return ""
        return pressed if pressed.startswith("\x1b") else pressed[:1]
    return sys.stdin.read(1)


def _show(view: ClaimView, number: int, of: int) -> None:
    from rich.text import Text

    claim, out = view.claim, console()
    write_line()
    out.print(Text(clean(f"[{number}/{of}] {view.name}  {view.study}"), style="dim"))
    out.print(Text(clean(view.title), style="bold"))
    before, after = ("", "") if out.coloured else ("»", "«")
    for field, sentence, marks in view.sentences[:SHOWN]:
        line = Text(f"{field}: ", style="dim")
        at = 0
        for start, end in marks:
            line.append(clean(sentence[at:start]), style="not dim")
            if end > at:
                words = clean(sentence[max(start, at) : end])
                line.append(f"{before}{words}{after}", style="not dim black on yellow")
            at = max(at, end)
        line.append(clean(sentence[at:]), style="not dim")
        out.print(line)
    if len(view.sentences) > SHOWN:
        out.print(Text(f"… and {len(view.sentences) - SHOWN} more sentences", style="dim"))
    counts = "counts" if claim.affirmed else f"does not count ({claim.assertion})"
    asked = Text(f"{claim.facet}: {claim.label} ({claim.value})?", style="bold cyan")
    asked.append(f"  {counts}, score {claim.score:.2f}, rule {claim.rule}", style="not bold dim")
    out.print(asked)
    say(KEYS)
