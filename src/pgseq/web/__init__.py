"""The page of `pgseq ui`: routes, forms and keys. What it shows is in render/html, what it does in the workflow."""
