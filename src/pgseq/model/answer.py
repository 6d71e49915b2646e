"""What every report can do, whatever it is about: say whether all is well, and show itself as its command does."""

from __future__ import annotations

from typing import Any, NoReturn

from msgspec import Struct

from pgseq.model.exit_code import ExitCode


class Answer(Struct, frozen=True):
    """A report. It is neither true nor false: `if report:` raises TypeError."""

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that its command would end with."""
        raise NotImplementedError

    @property
    def ok(self) -> bool:
        """Whether nothing wrong was seen and everything could be looked at: exit code 0."""
        return self.exit_code == ExitCode.OK

    @property
    def summary(self) -> str:
        """One line that says how things stand."""
        from pgseq.render.answers import summary

        return summary(self)

    def to_dict(self) -> dict[str, Any]:
        """The document that its command writes with --format json."""
        # The one import of what stands above: whoever does not look at a report does not load what shows it.
        from pgseq.render.answers import document

        return document(self)

    def __str__(self) -> str:
        """The table that its command writes, without colours."""
        from pgseq.render.answers import table

        return table(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.summary}>"

    def __bool__(self) -> NoReturn:
        name = type(self).__name__
        article = "an" if name[0] in "AEIOU" else "a"
        raise TypeError(f"{article} {name} is neither true nor false: look at .ok, .exit_code or .summary")
