from __future__ import annotations

import pytest
from markdown import markdown

from tools.markdown import plain, table


@pytest.mark.parametrize(
    "text", ["prefix* and more*", "'miR-21[ti]' [x](y)", "a < b <b>", "_under_ in_vivo __main__", "tall\n  line"]
)
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    html = markdown(plain(text))
    shown = html.replace("&lt;", "<").replace("&gt;", ">").removeprefix("<p>").removesuffix("</p>")
    assert shown == " ".join(text.split())


def test_words_in_backticks_become_code() -> None:
    assert markdown(plain("see ``a * b`` and `c_d`")) == "<p>see <code>a * b</code> and <code>c_d</code></p>"


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    text = table(("a", "b"), [("x | y", "z")])
    assert text == "| a | b |\n| --- | --- |\n| x \\| y | z |"
