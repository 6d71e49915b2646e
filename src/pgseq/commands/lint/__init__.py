"""Find SQL files that leave a sequence behind the ids that they store.

`parse` splits a file into statements as psql does, `simulator` executes them on a state of tables and sequences,
and `rules` check that state at the end of each file. Nothing is executed on a server; with a database, `live` reads the
state with which the simulation begins.
"""

from pgseq.commands.lint.model import FileReport, LintFinding, LintReport, Unread

__all__ = ["FileReport", "LintFinding", "LintReport", "Unread"]
