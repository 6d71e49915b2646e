"""pgseq metrics, once, as a file, and as a server, with the real Prometheus."""
