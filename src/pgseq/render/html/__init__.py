"""Reports as one self-contained HTML file, and the pages of `pgseq ui`: one set of templates."""
