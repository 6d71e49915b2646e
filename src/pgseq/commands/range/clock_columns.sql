-- Columns of the tables :relids that tell when a row was inserted: NOT NULL with the time of the transaction, the statement or
-- the call as default; or any column of a time's type named :named (NULL: none). `utc`: a time without zone that is in UTC.
SELECT a.attrelid::bigint AS relid,
       a.attname::text AS column,
       quote_ident(a.attname) AS column_sql,
       a.atttypid = 'timestamptz'::regtype OR coalesce(pg_get_expr(d.adbin, 0), '') ILIKE '%utc%' AS absolute,
       a.atttypid = 'timestamptz'::regtype AS zoned
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid IN (SELECT unnest('{:relids}'::oid[])) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
   AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
   AND CASE WHEN {:named}::text IS NOT NULL THEN a.attname = {:named}
            ELSE a.attnotnull AND a.atttypid <> 'date'::regtype
                 AND pg_get_expr(d.adbin, 0)
                     ~* '(^|[^[:alnum:]_.\x22])(now\(\)|(statement|transaction|clock)_timestamp\(\)|current_timestamp|localtimestamp)' END
 ORDER BY a.attrelid, a.attnum
