"""Metrics: reports as samples, and a small server that shows them to Prometheus. Needs the extra `metrics`."""
