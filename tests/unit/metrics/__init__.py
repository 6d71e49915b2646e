"""pgseq metrics: its web-config files, without I/O but for files."""
