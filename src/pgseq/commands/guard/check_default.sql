DECLARE
  known text := {:expression};
BEGIN
  -- pg_get_expr() quotes by it, and it was off when the default was read.
  PERFORM set_config('quote_all_identifiers', 'off', true);
  IF EXISTS (SELECT FROM unnest(ARRAY[{:tables}]::regclass[]) AS planned (relid)
               JOIN pg_attribute a ON a.attrelid = planned.relid AND a.attname = {:column}
               LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              WHERE pg_get_expr(d.adbin, 0) IS DISTINCT FROM known) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = {:label} || ': its default has changed since this was planned', HINT = 'plan again';
  END IF;
END
