            'result', CASE WHEN failed OR moved IS NOT NULL AND status = 'out_of_sync' THEN 'failed'
                           WHEN moved IS NOT NULL THEN 'moved' WHEN status = 'ok' THEN 'unchanged' ELSE 'skipped' END,
            'from', CASE WHEN moved IS NOT NULL THEN old_value END, 'to', moved,
            'undo', CASE WHEN moved IS NOT NULL
                         THEN format('SELECT setval(%L, %s, %s)', s.sql, old_value, old_called::text) END,
