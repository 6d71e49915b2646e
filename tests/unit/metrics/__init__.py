"""Metrics: samples and labels, without a server."""
