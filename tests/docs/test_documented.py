from __future__ import annotations

import pytest

from tests.docs.documented import Step, console_steps, is_shown, shell_commands

PAGE = """\
# Page

```console
$ exokb search x
one

two
$ exokb stats
```

```python
print("$ no")
```

```shell
make demo
exokb fetch 1
```
"""


def test_commands_come_with_their_line_and_output() -> None:
    assert console_steps(PAGE) == [Step(4, "exokb search x", ("one", "", "two")), Step(8, "exokb stats")]


def test_shell_blocks_are_told_apart() -> None:
    assert shell_commands(PAGE) == [Step(16, "make demo"), Step(17, "exokb fetch 1")]


def test_output_without_a_command_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 2"):
        console_steps("```console\nlost\n```\n")


@pytest.mark.parametrize(
    ("output", "shown", "same"),
    [
        ("a\nb\n", ("a", "b"), True),
        ("\na  \nb\n\n", ("a", "b"), True),
        ("a\nb\n", ("a",), False),
        ("a\nb\nc\n", ("a", "..."), True),
        ("a\nb\nc\n", ("...", "c"), True),
        ("a\nb\nc\n", ("a", "...", "c"), True),
        ("a\nc\n", ("a", "...", "c"), True),
        ("a\nb\nc\n", ("a", "...", "d"), False),
        ("took 0.3 s (fast)\n", ("took ... s (fast)",), True),
        ("took 0.3 s (slow)\n", ("took ... s (fast)",), False),
        ("a.c\n", ("a.c",), True),
        ("abc\n", ("a.c",), False),
        ("\n", ("a",), False),
        ("a    b\n", ("a  b",), True),
        ("a  b\n", ("a    b",), True),
        ("a b\n", ("a  b",), False),
        ("a  b\n", ("a b",), False),
    ],
)
def test_shown_output_is_compared_but_for_what_is_left_out(output: str, shown: tuple[str, ...], same: bool) -> None:
    assert is_shown(output, shown) is same
