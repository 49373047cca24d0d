"""The timeline of trials: one bar a trial, and what is only planned is told from what has been."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from exokb.formats.drawing.shapes import Group, Rect, Text
from exokb.formats.trial_columns import TrialEntry
from exokb.formats.trial_timeline import draw_timeline, render_timeline, render_timeline_png

TODAY = date(2024, 7, 1)
SVG = "{http://www.w3.org/2000/svg}"


def entry(number: Any = 1, **trial: Any) -> TrialEntry:
    trial_id = f"NCT9900000{number}"
    return TrialEntry(number, trial_id, {"trial_id": trial_id, "title": "Kites & <strings>", **trial})


def bars(*entries: TrialEntry) -> list[list[Rect]]:
    groups = [item for item in draw_timeline(entries, TODAY).items if isinstance(item, Group)]
    return [[shape for shape in group.shapes if isinstance(shape, Rect)] for group in groups]


def test_a_finished_trial_is_one_solid_bar() -> None:
    dates: dict[str, Any] = {"start_date": "2020-01", "completion_date": "2022-01-01", "completion_date_type": "ACTUAL"}
    ((bar,),) = bars(entry(status="COMPLETED", **dates))
    assert not bar.dashed


def test_what_was_to_come_at_the_last_update_is_pale() -> None:
    dates: dict[str, Any] = {"start_date": "2020", "completion_date": "2026-01-01", "completion_date_type": "ESTIMATED"}
    ((done, to_come),) = bars(entry(status="RECRUITING", updated="2022-01-01", **dates))
    assert (done.dashed, to_come.dashed) == (False, True)
    assert done.x + done.width == pytest.approx(to_come.x)
    assert done.width == pytest.approx(to_come.width / 2, rel=0.01), "two years were over, four were to come"


def test_a_trial_that_has_not_begun_is_pale_throughout() -> None:
    dates: dict[str, Any] = {
        "start_date": "2025-01-01",
        "completion_date": "2026-01-01",
        "completion_date_type": "ESTIMATED",
    }
    ((bar,),) = bars(entry(updated="2024-01-01", **dates))
    assert bar.dashed


def test_without_a_start_there_is_a_mark_where_it_was_registered_and_without_that_nothing() -> None:
    ((mark,), nothing) = bars(entry(1, first_posted="2021-05-01"), entry(2))
    assert mark.width == mark.radius * 2
    assert nothing == []


def test_trials_stand_by_their_start_each_with_its_number() -> None:
    picture = draw_timeline([entry(1, start_date="2022"), entry(2, start_date="2020"), entry(3)], TODAY)
    labels = [item.words for item in picture.items if isinstance(item, Text) and "NCT" in item.words]
    assert [label.split()[-1] for label in labels] == ["NCT99000002", "NCT99000001", "NCT99000003"]


def test_long_titles_are_cut_and_keep_the_number() -> None:
    picture = draw_timeline([entry(title="W" * 300)], TODAY)
    (label,) = [item.words for item in picture.items if isinstance(item, Text) and "NCT" in item.words]
    assert "…" in label
    assert label.endswith("NCT99000001")


def test_the_svg_opens_each_trial_in_its_registry() -> None:
    root = ET.fromstring(render_timeline([entry(status="COMPLETED", start_date="2020")], TODAY))
    assert [a.get("{http://www.w3.org/1999/xlink}href") or a.get("href") for a in root.iter(f"{SVG}a")] == [
        "https://clinicaltrials.gov/study/NCT99000001"
    ]


def test_no_trials_make_a_picture_too() -> None:
    assert render_timeline_png([], TODAY).content.startswith(b"\x89PNG")
