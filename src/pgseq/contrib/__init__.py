"""pgseq inside frameworks: each module imports its framework, and nothing of pgseq imports these."""
