"""Questions to the database about single errors, bounded in their number. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.pg.catalog import read_server
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Rows, transaction
from pgseq.sql.unchanged import Plain

#: Questions about single errors: beyond it errors are judged by what is asked for many at once.
QUESTIONS = 5000


@dataclass(kw_only=True)
class Asker:
    """Asks one database."""

    pool: SessionPool
    limits: Limits
    _asked: int = 0

    @cached_property
    def server(self) -> Server:
        """Facts about the database."""
        return read_server(self.pool.primary, self.limits)

    @property
    def database(self) -> Database:
        """The database by its first session."""
        return Database(session=self.pool.primary, server=self.server, limits=self.limits)

    @property
    def tired(self) -> bool:
        """Whether enough has been asked about single errors."""
        return self._asked >= QUESTIONS

    def _array(self, names: Iterable[str]) -> str:
        return f"ARRAY[{', '.join(map(self._quote, names))}]::text[]"

    def _quote(self, text: str) -> str:
        # No text in a database holds NUL or half a surrogate pair, and no driver sends them.
        return self.pool.primary.quote(
            text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
        )

    def _alone(
        self,
        question: str,
        relations: tuple[Plain, ...] = (),
        sequences: tuple[Sequence, ...] = (),
        settings: tuple[str, ...] = (),
    ) -> Rows:
        """Read tables or sequences for one error. Raises QueryFailed also where that has been done too often."""
        if self.tired:
            hint = "give it fewer errors, with --since or one by one"
            raise QueryFailed(f"{QUESTIONS} questions about single errors are enough", sqlstate="", hint=hint)
        self._asked += 1
        return self.database.read([question], relations, sequences, settings)[0]

    def _ask(self, question: str) -> Rows:
        # The session's own search_path is in the server's facts; the catalog is asked under a bounded one.
        (answer,) = transaction(self.pool.primary, [question], settings=self.limits.settings)
        return answer
