"""The routes. Those that change something are POST, and hold the token of a form that this run has shown."""

from __future__ import annotations

import gzip
import io
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from io import FileIO
from typing import Any, BinaryIO, Final, cast

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pgseq.commands.explain.logs.errors import CountedErrors, of_pipe, of_text
from pgseq.commands.explain.workflow import ExplainTarget, explain_all
from pgseq.errors import PgseqError, UsageError
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.pg.pool import SessionPool
from pgseq.render.html.environment import style
from pgseq.text.secrets import redact
from pgseq.web.databases import Fix, WebDatabase
from pgseq.web.entrance import TooLarge
from pgseq.web.keys import Keys
from pgseq.web.pages import PATIENCE, Pages

#: Bytes of a text that is pasted.
PASTED: Final = 2**20
_GZIP: Final = b"\x1f\x8b"

Handler = Callable[[Request, FormData], Response]


class Routes(Struct, frozen=True, kw_only=True):
    """The application's routes over some databases."""

    pages: Pages
    keys: Keys

    def application(self) -> Starlette:
        """The application, to be put behind an Entrance."""
        database_path = "/database/{number:int}"
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/", lambda request, form: self.pages.overview()),
            ("POST", "/read", self.read_all),
            ("GET", database_path, self.database),
            ("POST", f"{database_path}/read", self.read),
            ("GET", f"{database_path}/sequence", self.find),
            ("GET", database_path + "/sequence/{oid:int}", self.sequence),
            ("GET", database_path + "/sequence/{oid:int}/why", self.why),
            ("GET", f"{database_path}/plan", self.plan),
            ("POST", f"{database_path}/fix", self.start_fix),
            ("GET", database_path + "/fix/{fix:int}", self.fix),
            ("POST", database_path + "/fix/{fix:int}/undo", self.undo),
            ("GET", database_path + "/fix/{fix:int}/undo", self.undone),
            ("GET", "/explain", lambda request, form: self.pages.explain()),
            ("POST", "/explain", self.explain),
            ("GET", "/check/{code}", lambda request, form: self.pages.check(request.path_params["code"])),
        ]
        style_sheet = Route("/style.css", lambda request: Response(style(), media_type="text/css"))
        return Starlette(
            routes=[*(Route(path, self._endpoint(do), methods=[method]) for method, path, do in routes), style_sheet],
            exception_handlers={404: self._nothing, TooLarge: self._too_large},
        )

    async def _nothing(self, request: Request, error: Exception) -> Response:
        return self.pages.error(PgseqError("there is no such page", "go on from the overview"), 404)

    async def _too_large(self, request: Request, error: Exception) -> Response:
        return self.pages.error(
            PgseqError("that is more than is read at once", "the command explain --log reads files of any size"), 413
        )

    def _endpoint(self, do: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            async with request.form(max_files=1, max_fields=10_000, max_part_size=PASTED) as form:
                if request.method == "POST" and not self.keys.is_token(str(form.get("token", ""))):
                    error = UsageError("the form is of a page that was started before", "load the page again")
                    return self.pages.error(error, 403)
                return await run_in_threadpool(self._answered, do, request, form)

        return endpoint

    def _answered(self, do: Handler, request: Request, form: FormData) -> Response:
        try:
            return do(request, form)
        except PgseqError as error:
            return self.pages.error(error)
        except Exception as error:
            return self.pages.error(PgseqError(f"unexpected {type(error).__name__}: {error}", "please report it"), 500)

    def _database(self, request: Request) -> WebDatabase:
        number: int = request.path_params["number"]
        if not 1 <= number <= len(self.pages.databases):
            raise UsageError("there is no such database", "go on from the overview")
        return self.pages.databases[number - 1]

    def _read(self, request: Request, show: Callable[[WebDatabase, DatabaseReport], Response]) -> Response:
        """What `show` makes of the database's report, or how far the reading is."""
        database = self._database(request)
        job = database.read()
        # Whoever looks at it does not wait for the others.
        job.begin()
        if not job.wait(PATIENCE):
            return self.pages.waiting(database, job, f"Reading {database.target.name}")
        if job.result is None:
            return self.pages.error(job.error or PgseqError("interrupted"), 502, database)
        return show(database, job.result)

    def read_all(self, request: Request, form: FormData) -> Response:
        for database in self.pages.databases:
            database.read(again=True)
        return self._to("/")

    def read(self, request: Request, form: FormData) -> Response:
        database = self._database(request)
        database.read(again=True)
        return self._to(f"/database/{database.number}")

    def database(self, request: Request, form: FormData) -> Response:
        return self._read(request, lambda database, report: self.pages.database(database, report, request.query_params))

    def find(self, request: Request, form: FormData) -> Response:
        """The sequence of that name."""
        schema, name = (request.query_params.get(key, "") for key in ("schema", "name"))

        def show(database: WebDatabase, report: DatabaseReport) -> Response:
            for sequence_report in report.sequences:
                if (sequence_report.sequence.schema, sequence_report.sequence.name) == (schema, name):
                    return self._to(f"/database/{database.number}/sequence/{sequence_report.sequence.oid}")
            raise UsageError("that sequence is not among those read", "read the database again")

        return self._read(request, show)

    def sequence(self, request: Request, form: FormData) -> Response:
        return self._read(
            request,
            lambda database, report: self.pages.sequence(database, report, _sequence(report, request)),
        )

    def why(self, request: Request, form: FormData) -> Response:
        return self.pages.why(self._database(request), request.path_params["oid"])

    def plan(self, request: Request, form: FormData) -> Response:
        return self._read(request, lambda database, report: self.pages.plan(database, report, request.query_params))

    def start_fix(self, request: Request, form: FormData) -> Response:
        """Take the ticked steps of the plan that was shown."""
        database = self._database(request)
        if not self.pages.fixing:
            raise UsageError("the page was started with --no-fix", "start it without")
        if form.get("which") == "all":
            report = None if database.reading is None else database.reading.result
            if report is None or not self.keys.same_mark(str(form.get("plan", "")), database.whole_mark(report)):
                return self._outdated(request)
            chosen = dict(database.marks(report))
        else:
            shown = [str(text).partition(":") for text in form.getlist("step")]
            chosen = {int(oid): mark for oid, _, mark in shown if oid.isdecimal() and len(oid) <= 10}
        if not chosen:
            raise UsageError("no step is ticked", "go back and tick what is to be moved")
        fix = database.fix(chosen)
        return self._to(f"/database/{database.number}/fix/{fix.number}")

    def fix(self, request: Request, form: FormData) -> Response:
        database, fix = self._fix(request)
        if not fix.job.wait(PATIENCE):
            return self.pages.waiting(database, fix.job, f"Moving sequences of {database.target.name}")
        fixed, partial = fix.job.result, fix.job.partial
        if isinstance(partial, DatabaseReport):
            return self.pages.fix(database, fix, partial)
        if fixed is None:
            return self.pages.error(fix.job.error or PgseqError("interrupted"), 502, database)
        if fixed.report is not None:
            return self.pages.fix(database, fix, fixed.report)
        return self._outdated(request, str(next(iter(fix.before))) if len(fix.before) == 1 else "")

    def _outdated(self, request: Request, only: str = "") -> Response:
        """The plan as it is now, where another one was shown."""
        return self._read(
            request, lambda database, report: self.pages.plan(database, report, {"sequence": only}, outdated=True)
        )

    def undo(self, request: Request, form: FormData) -> Response:
        database, fix = self._fix(request)
        if not self.pages.fixing:
            raise UsageError("the page was started with --no-fix", "start it without")
        if not fix.job.finished:
            raise UsageError("the fix is still under way", "wait until it is done")
        database.undo(fix, force=bool(form.get("force")))
        return self._to(f"/database/{database.number}/fix/{fix.number}/undo")

    def undone(self, request: Request, form: FormData) -> Response:
        database, fix = self._fix(request)
        if fix.undone is None:
            return self._to(f"/database/{database.number}/fix/{fix.number}")
        if not fix.undone.wait(PATIENCE):
            return self.pages.waiting(database, fix.undone, f"Putting back sequences of {database.target.name}")
        if fix.undone.result is None:
            return self.pages.error(fix.undone.error or PgseqError("interrupted"), 502, database)
        return self.pages.show("undone", database=database, fix=fix, report=fix.undone.result)

    def _fix(self, request: Request) -> tuple[WebDatabase, Fix]:
        database = self._database(request)
        fix = database.fixes.get(request.path_params["fix"])
        if fix is None:
            raise UsageError("there is no such fix", "only the last ones are kept; their undo files stay")
        return database, fix

    def explain(self, request: Request, form: FormData) -> Response:
        """Explain a pasted error or an uploaded log by the database that is chosen, or that the log names."""
        number, log = str(form.get("database", "1")), form.get("log")
        text = str(form.get("text", "")).replace("\r\n", "\n")
        chosen = int(number) if number.isdecimal() and 1 <= int(number[:9]) <= len(self.pages.databases) else 1
        uploaded = isinstance(log, UploadFile) and bool(log.filename)
        if not uploaded and not text.strip():
            raise UsageError("there is nothing to explain", "paste an error, or choose a log")
        counted = _of_log(cast(UploadFile, log).file) if uploaded else _of_text(text)
        here = self.pages.databases[chosen - 1]

        def target(name: str) -> ExplainTarget:
            named = (one for one in self.pages.databases if one.target.name == name)
            target = next(named, here).target

            def open_target() -> AbstractContextManager[SessionPool]:
                return target.open()

            return ExplainTarget(open=open_target, optional=True, caller=target.options.caller)

        options = here.target.options
        answer = explain_all(counted, target, options.limits, options.config, options.caller)
        return self.pages.explain(answer.explanations, chosen, redact(text), answer.unreachable)

    def _to(self, path: str) -> Response:
        return RedirectResponse(f"/{self.keys.place}{path}", status_code=303)


def _sequence(report: DatabaseReport, request: Request) -> SequenceReport:
    oid = request.path_params["oid"]
    for sequence_report in report.sequences:
        if sequence_report.sequence.oid == oid:
            return sequence_report
    raise UsageError("that sequence is not among those read", "read the database again")


def _of_text(text: str) -> CountedErrors:
    """The errors in a pasted text: one, several, or a part of a log."""
    content = text.strip()
    return of_pipe(cast(FileIO, io.BytesIO(content.encode()))) if "\n" in content else of_text(content)


def _of_log(file: BinaryIO | Any) -> CountedErrors:
    """The errors in an uploaded file, plain or gzip."""
    packed = file.read(2) == _GZIP
    file.seek(0)
    try:
        return of_pipe(cast(FileIO, gzip.open(file) if packed else file))
    except (OSError, EOFError) as error:
        raise UsageError(f"the log cannot be read: {error}", "is the file complete?") from None
