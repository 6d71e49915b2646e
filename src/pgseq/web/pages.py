"""The pages: each a template and what it shows. Everything that changes something is a form with a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct
from starlette.responses import HTMLResponse, Response

from pgseq.commands.explain.model import Explanation
from pgseq.core.checks import CHECKS
from pgseq.errors import PgseqError
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.render.html.check import boxes
from pgseq.render.html.environment import environment
from pgseq.render.html.listing import FILTERS, paged, selected, usual
from pgseq.render.text import words
from pgseq.render.text.check import unread
from pgseq.render.text.explain import VERDICTS
from pgseq.render.text.privileges import sentences
from pgseq.render.text.verify import verdict
from pgseq.render.text.why import NAMES, NOTHING
from pgseq.render.writer import Detail
from pgseq.web.databases import Fix, WebDatabase
from pgseq.web.job import Job
from pgseq.web.keys import Keys

#: Sequences on a page.
PAGE: Final = 100
#: Steps on a page: each has its SQL.
STEPS: Final = 50
#: Seconds that an answer waits for what is under way, before it shows how far that is.
PATIENCE: Final = 1.0


class Pages(Struct, frozen=True, kw_only=True):
    """Renders pages."""

    databases: tuple[WebDatabase, ...]
    keys: Keys
    #: Whether anything may be changed.
    fixing: bool

    def show(self, template: str, status: int = 200, refresh: bool = False, **values: Any) -> Response:
        """A page; `refresh`: it is to be loaded again at once."""
        text = (
            environment()
            .get_template(f"page_{template}.html")
            .render(
                place=f"/{self.keys.place}",
                token=self.keys.token,
                fixing=self.fixing,
                databases=self.databases,
                **values,
            )
        )
        return HTMLResponse(text, status_code=status, headers={"Refresh": "0"} if refresh else {})

    def error(self, error: PgseqError, status: int = 400, database: WebDatabase | None = None) -> Response:
        """What went wrong, and what to do."""
        return self.show("error", status, error=error, database=database)

    def waiting(self, database: WebDatabase, job: Job[Any], what: str) -> Response:
        """How far something is that is under way."""
        return self.show("waiting", refresh=True, database=database, job=job, what=what)

    def overview(self) -> Response:
        """All databases."""
        readings = [(database, database.read()) for database in self.databases]
        for _, job in readings:
            job.wait(PATIENCE / len(readings))
        reports = [job.result for _, job in readings if job.result is not None]
        return self.show(
            "overview",
            refresh=any(not job.finished for _, job in readings),
            readings=readings,
            boxes=boxes(reports, sum(job.error is not None for _, job in readings)) if reports else [],
        )

    def database(self, database: WebDatabase, report: DatabaseReport, query: Mapping[str, str]) -> Response:
        """The sequences of one database, those in trouble first."""
        chosen = query.get("show", "")
        chosen = chosen if chosen in FILTERS else usual(report)
        rows = selected(report, chosen, query.get("search", ""))
        return self.show(
            "database",
            database=database,
            report=report,
            boxes=boxes([report]),
            grants=sentences(unread([report], Detail())),
            page=paged(rows, query.get("page", "1"), PAGE),
            filters=FILTERS,
            chosen=chosen,
            search=query.get("search", ""),
            planned=sum(one.step is not None for one in report.sequences),
        )

    def sequence(self, database: WebDatabase, report: DatabaseReport, sequence: SequenceReport) -> Response:
        """One sequence, and how long its values last."""
        outlook = database.outlook(report)
        (last,) = (one for one in outlook.sequences if one.sequence.oid == sequence.sequence.oid)
        return self.show("sequence", database=database, report=report, sequence=sequence, outlook=outlook, range=last)

    def why(self, database: WebDatabase, oid: int) -> Response:
        """How one sequence got there."""
        report = database.why(oid)
        return self.show("why", database=database, report=report, names=NAMES, nothing=NOTHING)

    def plan(
        self, database: WebDatabase, report: DatabaseReport, query: Mapping[str, str], *, outdated: bool = False
    ) -> Response:
        """The steps, each to be ticked."""
        only = query.get("sequence", "")
        rows = [one for one in report.sequences if one.step is not None]
        rows = [one for one in rows if str(one.sequence.oid) == only] or rows
        refused = [one for one in report.sequences if one.refused is not None and one.ignored is None]
        return self.show(
            "plan",
            status=409 if outdated else 200,
            database=database,
            report=report,
            page=paged(rows, query.get("page", "1"), STEPS),
            refused=refused[:STEPS],
            refused_count=len(refused),
            marks=database.marks(report),
            whole=database.whole_mark(report),
            only=only,
            outdated=outdated,
        )

    def fix(self, database: WebDatabase, fix: Fix, report: DatabaseReport) -> Response:
        """What became of a fix, before and after, with the proofs."""
        fixed = fix.job.result
        verification = None if fixed is None else fixed.verification
        proofs = {} if verification is None else {one.sequence.oid: one for one in verification.proofs}
        return self.show(
            "fix",
            database=database,
            fix=fix,
            report=report,
            boxes=boxes([report]),
            proofs=proofs,
            verdict=verdict,
            undoing=tuple(words.undoing(report.sequences)),
        )

    def explain(
        self, explanations: Iterable[Explanation] | None = None, database: int = 1, text: str = "", reason: str = ""
    ) -> Response:
        """The form for an error or a log, and what it means."""
        return self.show(
            "explain",
            explanations=None if explanations is None else list(explanations)[:PAGE],
            chosen=database,
            text=text,
            reason=reason,
            verdicts=VERDICTS,
        )

    def check(self, code: str) -> Response:
        """The page of a check."""
        for check in CHECKS:
            if code.upper() == check.CODE:
                return self.show("check", check=check, text=(check.__doc__ or "").strip())
        return self.error(PgseqError("there is no check of that code"), 404)
