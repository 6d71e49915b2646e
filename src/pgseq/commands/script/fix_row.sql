'result', CASE
                                          WHEN failed THEN 'failed' WHEN moved IS NOT NULL AND status <> 'out_of_sync' THEN 'moved'
                                          WHEN moved IS NOT NULL THEN 'failed' WHEN status = 'ok' THEN 'unchanged' ELSE 'skipped' END,
                                      'from', CASE WHEN moved IS NOT NULL THEN found END, 'to', moved,
                                      'undo', format('SELECT setval(%L, %s, %s)', s.sql, found, found_called)
