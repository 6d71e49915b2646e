"""Prevention inside the database: identity columns, triggers that follow explicit ids, and owned, wide sequences.

`survey` reads what there is; `identity`, `trigger`, `ownership` and `removal` judge each feed and plan changes as
values; `carrying` is the only room here that writes; `rounds` is the sentence: survey → plan → show → carry out →
survey again. `advice` says which of them fits a feed and what it costs.
"""

from pgseq.commands.guard.advise import Advice, Advised, Way
from pgseq.commands.guard.model import Case, Change, Condition, Done, Round, Status, Survey

__all__ = ["Advice", "Advised", "Case", "Change", "Condition", "Done", "Round", "Status", "Survey", "Way"]
