"""How many values a sequence has left until its nearest obstacle, and how long they last.

`model.left` counts what is left; `samples` keeps where sequences stood, `use` tells what was drawn in between,
`forecast` says how long the rest lasts; `clock` reads the same from a table's own time column.
"""

from pgseq.commands.range.model import Forecast, RangeReport, SequenceRange

__all__ = ["Forecast", "RangeReport", "SequenceRange"]
