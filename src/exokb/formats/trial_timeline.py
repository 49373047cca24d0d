"""A picture of when trials ran and are to run, as SVG and PNG: one bar a trial, coloured by its status.

What was still to come when the registry last told (an ``ESTIMATED`` date after its last update) is drawn pale; a trial
without a start date has a mark where it was registered. In SVG a bar tells the trial when it is pointed at, and opens
its entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from exokb.formats.drawing.png import Png, render_png
from exokb.formats.drawing.shapes import (
    INK,
    PALE_INK,
    RULE,
    Anchor,
    Group,
    Line,
    Picture,
    Rect,
    Shape,
    Text,
    text_width,
)
from exokb.formats.drawing.svg import render_svg
from exokb.formats.trial_columns import TrialEntry

_MARGIN, _TITLE_SIZE = 16, 16
_ROW, _BAR = 22, 14
_YEAR_WIDTH_MOST, _PLOT_WIDTH = 90, 720
_LABEL_WIDTH = 420
_COLOURS = {
    "RECRUITING": "#2a7f3f", "ENROLLING_BY_INVITATION": "#2a7f3f", "NOT_YET_RECRUITING": "#7fb98b",
    "ACTIVE_NOT_RECRUITING": "#2166ac", "COMPLETED": "#08306b", "SUSPENDED": "#d98f2b", "TERMINATED": "#b2182b",
    "WITHDRAWN": "#b2182b", "UNKNOWN": "#888888",
}  # fmt: skip
_OTHER = "#6a51a3"
_NOT_KNOWN = "#bbbbbb"


def render_timeline(entries: Sequence[TrialEntry], today: date) -> str:
    """Give the SVG document; the same trials on the same day give the same document."""
    return render_svg(draw_timeline(entries, today))


def render_timeline_png(entries: Sequence[TrialEntry], today: date) -> Png:
    """Give the PNG image.

    Raises:
        FormatError: it is too large for an image.
    """
    return render_png(draw_timeline(entries, today))


def draw_timeline(entries: Sequence[TrialEntry], today: date) -> Picture:
    """Lay out the timeline of trials, by their start."""
    ordered = sorted(entries, key=lambda e: (_start(e) or date.max, e.trial_id))
    first, last = _span(ordered, today)
    labels = [_label(entry) for entry in ordered]
    left = _MARGIN + min(_LABEL_WIDTH, max((text_width(label) for label in labels), default=0)) + 10
    year_width = min(_YEAR_WIDTH_MOST, _PLOT_WIDTH / max(1, last - first))
    right = left + year_width * (last - first)
    top = _MARGIN + 66
    bottom = top + len(ordered) * _ROW
    statuses = list(dict.fromkeys(_status(entry) for entry in ordered))

    def x(day: date) -> float:
        return left + year_width * (day.year - first + (day.timetuple().tm_yday - 1) / 366)

    dated = sum(_start(entry) is not None for entry in ordered)
    title = "Trials over time"
    told = f"{len(ordered)} trials, {dated} with a start date, as of {today}; pale: still planned when last updated"
    items: list[Shape | Group] = [
        Text(_MARGIN, _MARGIN + 14, title, _TITLE_SIZE, bold=True),
        Text(_MARGIN, _MARGIN + 32, told, colour=PALE_INK),
        *_scale(first, last, left, year_width, top, bottom),
    ]
    for at, (entry, label) in enumerate(zip(ordered, labels, strict=True)):
        y = top + at * _ROW
        items.append(Text(left - 10, y + 15, _fitted(label), anchor=Anchor.END))
        items.append(Group(tuple(_bar(entry, y, x, today)), _tip(entry), entry.url or ""))
    if first <= today.year < last:
        items.append(Line(x(today), top - 4, x(today), bottom, INK, dashed=True))
    items += _legend(statuses, left, bottom + 20)
    needed = [right, left + sum(text_width(_words(s)) + 40 for s in statuses), _MARGIN + text_width(told)]
    return Picture(max(needed) + _MARGIN, bottom + 34 + _MARGIN, title, told, tuple(items))


def _scale(first: int, last: int, left: float, width: float, top: float, bottom: float) -> Iterator[Shape]:
    every = 1 if width >= 36 else 2 if width >= 18 else 5
    for year in range(first, last + 1):
        at = left + (year - first) * width
        yield Line(at, top - 4, at, bottom, RULE)
        if year < last and (year - first) % every == 0:
            yield Text(at + 3, top - 8, str(year), colour=PALE_INK)


def _bar(entry: TrialEntry, y: float, place: Callable[[date], float], today: date) -> Iterator[Shape]:
    colour = _COLOURS.get(_status(entry), _OTHER) if _status(entry) else _NOT_KNOWN
    start, end = _start(entry), _end(entry)
    if start is None:
        posted = _day(entry.trial.get("first_posted"))
        if posted is not None:
            yield Rect(place(posted) - 3, y + 6, 6, 10, colour, radius=3)
        return
    stop = max(end or start, start)
    told = min(_day(entry.shown) or _day(entry.trial.get("updated")) or today, today)
    done = min(stop, max(told, start)) if _is_planned(entry) else stop
    if done > start:
        yield Rect(place(start), y + 4, max(3.0, place(done) - place(start)), _BAR, colour, radius=2)
    if stop > done:
        pale = _pale(colour)
        yield Rect(
            place(done), y + 4, max(3.0, place(stop) - place(done)), _BAR, pale, stroke=colour, dashed=True, radius=2
        )
    if stop == start:
        yield Rect(place(start) - 2, y + 4, 4, _BAR, colour, radius=2)


def _legend(statuses: Sequence[str], left: float, y: float) -> Iterator[Shape]:
    at = left
    for status in statuses:
        colour = _COLOURS.get(status, _OTHER) if status else _NOT_KNOWN
        yield Rect(at, y, 14, 12, colour, radius=2)
        yield Text(at + 20, y + 11, _words(status), colour=PALE_INK)
        at += text_width(_words(status)) + 40


def _span(entries: Sequence[TrialEntry], today: date) -> tuple[int, int]:
    days = [day for e in entries for day in (_start(e), _end(e), _day(e.trial.get("first_posted"))) if day]
    years = [day.year for day in days] or [today.year]
    return min(years), max(years) + 1


def _label(entry: TrialEntry) -> str:
    return f"{entry.trial.get('acronym') or entry.trial.get('title') or ''}  {entry.trial_id}".strip()


def _fitted(label: str) -> str:
    """Shorten a title in its middle; the number at its end stays."""
    if text_width(label) <= _LABEL_WIDTH:
        return label
    title, _, number = label.rpartition("  ")
    while title and text_width(f"{title}…  {number}") > _LABEL_WIDTH:
        title = title[:-1]
    return f"{title.rstrip()}…  {number}"


def _tip(entry: TrialEntry) -> str:
    trial = entry.trial
    dates = " to ".join(filter(None, (trial.get("start_date"), trial.get("completion_date"))))
    parts = (entry.trial_id, trial.get("title"), _words(_status(entry)), ", ".join(trial.get("phases", ())), dates)
    return " · ".join(part for part in parts if part)


def _status(entry: TrialEntry) -> str:
    return str(entry.trial.get("status") or "")


def _words(status: str) -> str:
    return status.replace("_", " ").lower() or "status not known"


def _start(entry: TrialEntry) -> date | None:
    return _day(entry.trial.get("start_date"))


def _end(entry: TrialEntry) -> date | None:
    return _day(entry.trial.get("completion_date") or entry.trial.get("primary_completion_date"))


def _is_planned(entry: TrialEntry) -> bool:
    kind = entry.trial.get("completion_date_type") or entry.trial.get("primary_completion_date_type")
    return kind == "ESTIMATED"


def _day(text: str | None) -> date | None:
    """Read a date as precise as the registry gives it; a month or a year begins on its first day."""
    if not text:
        return None
    year, month, day = [*map(int, text.split("-")), 1, 1][:3]
    return date(year, month, day)


def _pale(colour: str) -> str:
    shades = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{255 - (255 - shade) // 4:02x}" for shade in shades)
