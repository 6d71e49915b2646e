"""The commands of `pgseq guard`."""
