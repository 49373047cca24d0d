from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.evidence.finding import find_finding, sentence_at, split_sentences


def found(*sections: str, labels: tuple[str | None, ...] | None = None) -> str | None:
    own = labels or (None,) * len(sections)
    text = "\n".join(f"{label}: {part}" if label else part for label, part in zip(own, sections, strict=True))
    span = find_finding(text, own)
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("sections", "labels", "finding"),
    [
        (("We looked.", "Kites fly. Wind helps."), ("METHODS", "CONCLUSIONS"), "Kites fly."),
        (("We looked.", "Kites are old. In sum, kites. In short, kites fly."), ("METHODS", "CONCLUSION"),
         "In short, kites fly."),
        (("We looked.", "Further studies are needed. Kites fly."), (None, "Interpretation"), "Kites fly."),
        (("We looked.", "Kites fly."), ("METHODS", "Discussion and conclusion"), "Kites fly."),
        (("We looked.", "Conclusions:Kites fly."), ("RESULTS", "CONCLUSION"), "Kites fly."),
        (("We looked at kites. They rose. Conclusions: Kites fly.",), None, "Kites fly."),
        (("Kites are old. We looked. These results suggest that kites fly. It was paid for by nobody.",), None,
         "These results suggest that kites fly."),
        (("Kites are old. Taken together, kites fly in wind. Our data show that string matters.",), None,
         "Taken together, kites fly in wind."),
        (("Kites are old. Our findings reveal lift. Future work is needed to show that these results hold.",), None,
         "Our findings reveal lift."),
        (("Kites carry E. coli vs. controls. Collectively, i.e. in sum, miR-21 flies. miR-22 does not.",), None,
         "Collectively, i.e. in sum, miR-21 flies."),
    ],
)  # fmt: skip
def test_the_conclusion_is_found(
    sections: tuple[str, ...], labels: tuple[str | None, ...] | None, finding: str
) -> None:
    assert found(*sections, labels=labels) == finding


@pytest.mark.parametrize(
    "text",
    ["", "Kites.", "Here we review kites. Their strings are discussed.", "These results suggest that kites fly."],
)
def test_where_nothing_says_it_nothing_is_guessed(text: str) -> None:
    # the last: a lone sentence is the abstract, not its conclusion
    assert found(text) is None


def test_a_conclusion_of_outlook_alone_says_nothing() -> None:
    assert found("We looked.", "Larger studies are needed.", labels=("METHODS", "CONCLUSIONS")) is None


@given(st.text(alphabet="ab .!?\n\"')(AZ:µ©", max_size=80), st.booleans())
def test_sentences_cover_all_words_and_spans_lie_within(text: str, labelled: bool) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    span = find_finding(text, ["CONCLUSION" if labelled else None] * (text.count("\n") + 1))
    assert span is None or 0 <= span.start < span.end <= len(text)


def test_the_sentence_at_a_place() -> None:
    text = "One flies. Two falls."
    assert [sentence_at(text, at) for at in (0, 12, 99)] == [(0, 10), (11, 21), (0, 21)]
