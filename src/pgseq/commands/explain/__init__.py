"""From an error text, a caught exception or a log to the sequence that is to blame, or to the proof that none is.

`recognise` and `caught` read what was reported, `logs/` streams it out of log files; `lookup` asks the database what
the reported names mean and where the sequence stands; `judge` says what follows from both.
"""
