BEGIN
  PERFORM set_config('pgseq.kept', ({:kept}), true);
END
