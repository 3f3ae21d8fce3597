"""CSV for spreadsheets: by a reader that is not ours, and by the rule of the OWASP page on CSV injection."""

from __future__ import annotations

import csv
import io
import re
import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.spreadsheets import csv_text

STARTS = ("=", "+", "-", "@", "\uff1d", "\t=", "\r=", " =")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", "Well;", "Well\t", "Well\n", "Well,", "a;\n"])
def test_no_cell_is_a_formula_whatever_separates_cells(before: str, start: str) -> None:
    text = csv_text(["line"], [{"line": f"{before}{start}1+1"}])
    cells = re.split(r"[,;\t|\r\n]", text.replace('"', ""))
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "\uff1d"))]


@given(st.lists(st.text(string.printable + "é;=+", max_size=30), min_size=1, max_size=5))
def test_another_reader_finds_as_many_cells_as_were_written(values: list[str]) -> None:
    text = csv_text(
        [f"c{number}" for number in range(len(values))], [dict(zip(map("c{}".format, range(9)), values, strict=False))]
    )
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in found] == [len(values)] * 2
    assert [cell.replace("'", "") for cell in found[1]] == [value.replace("'", "") for value in values]


def test_figures_stay_figures() -> None:
    text = csv_text(["a", "b", "c", "d"], [{"a": -3.5, "b": None, "c": (1, 2), "d": True}])
    assert text.splitlines() == ['"a","b","c","d"', '"-3.5","","1 | 2","True"']
    assert pd.read_csv(io.StringIO(text))["a"].tolist() == [-3.5]
