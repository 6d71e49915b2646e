"""Work in a thread: its result, its errors, and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pgseq.errors import Interrupted, UsageError
from pgseq.text.secrets import arguments
from pgseq.web.job import Job, Progress


def test_a_result() -> None:
    job = Job(lambda progress: 7)
    assert job.wait(5)
    assert (job.result, job.error) == (7, None)


def test_an_error_of_ours_and_an_unexpected_one() -> None:
    def ours(progress: Progress) -> int:
        raise UsageError("no", "do this")

    def other(progress: Progress) -> int:
        raise ZeroDivisionError("password=s3cret")

    job, unexpected = Job(ours), Job(other)
    assert job.wait(5)
    assert unexpected.wait(5)
    assert (job.error and job.error.hint) == "do this"
    assert unexpected.error
    assert "unexpected ZeroDivisionError" in unexpected.error.message
    assert "s3cret" not in unexpected.error.message


def test_what_is_stopped_is_interrupted_once_and_says_what_it_knows() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> int:
        begun.set()
        assert go_on.wait(5)
        try:
            progress(1, 2)
        except KeyboardInterrupt:
            progress(1, 2)
            raise Interrupted("what is known") from None
        return 0

    job = Job(work)
    assert begun.wait(5)
    job.stop()
    go_on.set()
    assert job.wait(5)
    assert (job.partial, job.done, job.total) == ("what is known", 1, 2)
    assert job.error


def test_what_is_secret_on_the_command_line_is_secret_in_a_thread() -> None:
    def work(progress: Progress) -> int:
        raise UsageError("cannot read postgresql://u:s3cr et@h")

    with arguments(["postgresql://u:s3cr et@h"]):
        job = Job(work)
    assert job.wait(5)
    assert job.error
    assert "s3cr et" not in job.error.message


def test_one_whose_turn_has_not_come_is_begun_by_who_looks_at_it_and_once() -> None:
    turns: list[Callable[[], None]] = []
    runs: list[int] = []
    job = Job(lambda progress: runs.append(1), turns.append)
    assert (job.begun, job.finished) == (False, False)
    job.begin()
    assert job.wait(5)
    job.begin()
    turns[0]()
    assert (job.begun, runs) == (True, [1])
