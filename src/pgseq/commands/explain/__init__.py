"""From an error text, a caught exception or a log to the sequence that is to blame, or to the proof that none is.

`parse/` parses errors out of texts and exceptions, `logs/` out of log files; `read` asks the database for the facts
about an error: its objects and the positions of their sequences; `judge/` concludes from both. `workflow` joins them.
"""
