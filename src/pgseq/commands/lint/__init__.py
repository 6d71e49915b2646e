"""SQL files that would leave a sequence behind the ids that they store.

`splitter` cuts a file into statements as psql does, `machine` runs them on a `world` of tables and sequences, and
`verdict` judges that world by the one definition at the end of each file. Nothing is run on a server; with a database,
`live` reads from it what the files meet there.
"""

from pgseq.commands.lint.model import FileReport, Offence, exit_code

__all__ = ["FileReport", "Offence", "exit_code"]
