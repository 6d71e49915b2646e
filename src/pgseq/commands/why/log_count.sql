-- How many values the sequence may still hand out without writing WAL.
SELECT log_cnt FROM {:sequence}
