-- Whether a sequence has been set and not called since: nextval() leaves log_cnt at 32 down to 0, setval() and RESTART
-- at 0 (nextval_internal() in src/backend/commands/sequence.c).
SELECT log_cnt = 0 OR NOT is_called AS untouched FROM {:sequence}
