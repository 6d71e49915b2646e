"""Server logs, streamed: `source` reads bytes, `stderr`, `csvlog` and `jsonlog` find errors in them, `tally`
counts, `errors` joins them."""
