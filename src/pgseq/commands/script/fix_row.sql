      'result', CASE WHEN status = 'failed' OR moved IS NOT NULL AND status = 'out_of_sync' THEN 'failed'
        WHEN moved IS NOT NULL THEN 'moved' WHEN status = 'ok' THEN 'unchanged' ELSE 'skipped' END,
      'from', old_value, 'to', moved, 'undo', undo,
