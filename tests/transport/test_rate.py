from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.transport.rate import LONGEST_HOLD, HostPacer
from tests.service_double import FakeTime

HOST = "eutils.example:8080"


def make(folder: Path | None) -> tuple[HostPacer, FakeTime, list[str]]:
    time, notices = FakeTime(), list[str]()
    return HostPacer(folder, time.timing(), notices.append), time, notices


def slot_of(folder: Path) -> Path:
    (slot,) = folder.glob("*.slot")
    return slot


def test_the_first_turn_is_now_and_the_next_an_interval_later(tmp_path: Path) -> None:
    pacer, time, _ = make(tmp_path)
    for _ in range(4):
        pacer.wait_turn(HOST, 10.0)
    assert time.slept == pytest.approx([0.11, 0.11, 0.11])


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    pacer, time, _ = make(tmp_path)
    pacer.wait_turn("a.example", 3.0)
    pacer.wait_turn("b.example", 3.0)
    assert time.slept == []


def test_two_pacers_of_one_folder_share_turns(tmp_path: Path) -> None:
    first, time, _ = make(tmp_path)
    second = HostPacer(tmp_path, time.timing(), print)
    first.wait_turn(HOST, 3.0)
    second.wait_turn(HOST, 3.0)
    assert time.slept == pytest.approx([1.1 / 3.0])


def test_a_clock_set_back_stops_nobody(tmp_path: Path) -> None:
    pacer, time, _ = make(tmp_path)
    pacer.hold(HOST, 50.0)
    time.now -= 60.0
    pacer.wait_turn(HOST, 3.0)
    assert time.slept == []


@given(
    content=st.one_of(st.binary(max_size=60), st.sampled_from([b"nan nan", b"inf 0", b"1e300 1", b"-inf -inf", b"5"]))
)
def test_a_damaged_slot_file_means_now(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("state")
    pacer, time, notices = make(folder)
    pacer.wait_turn(HOST, 3.0)
    slot_of(folder).write_bytes(content)
    pacer.wait_turn(HOST, 3.0)
    assert sum(time.slept) <= LONGEST_HOLD
    assert notices == []


def test_a_hold_is_bounded(tmp_path: Path) -> None:
    pacer, time, _ = make(tmp_path)
    pacer.hold(HOST, 1e9)
    pacer.wait_turn(HOST, 3.0)
    assert time.slept == [LONGEST_HOLD]


def test_a_hold_never_shortens_a_wait(tmp_path: Path) -> None:
    pacer, time, _ = make(tmp_path)
    pacer.hold(HOST, 50.0)
    pacer.hold(HOST, 1.0)
    pacer.wait_turn(HOST, 3.0)
    assert time.slept == [50.0]


def test_a_folder_that_cannot_be_used_keeps_the_limit_in_the_process_and_says_so_once(tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    pacer, time, notices = make(blocked)
    for _ in range(3):
        pacer.wait_turn(HOST, 3.0)
    assert time.slept == pytest.approx([1.1 / 3.0] * 2)
    assert len(notices) == 1
    assert "within this process only" in notices[0]


def test_without_a_folder_the_limit_holds_and_nothing_is_said() -> None:
    pacer, time, notices = make(None)
    pacer.wait_turn(HOST, 3.0)
    pacer.wait_turn(HOST, 3.0)
    assert time.slept == pytest.approx([1.1 / 3.0])
    assert notices == []
