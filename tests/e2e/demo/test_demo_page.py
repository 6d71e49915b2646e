"""`pgseq demo --ui`: the page over the broken shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.page import running_page


@pytest.mark.slow
def test_the_shop_is_on_the_page_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with running_page(tmp_path, "--ui", command="demo") as site:
        site.enter()
        page = site.get("/database/1").text
        while "This page goes on by itself" in page:
            page = site.get("/database/1").text
        assert "4 sequences, not in sync" in page
        code, _ = site.interrupt()
    assert code == 0
    assert list(tmp_path.iterdir()) == []
