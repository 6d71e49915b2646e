-- The guards of this database: the functions of schema pgseq that are made for it, a row a (function, trigger) pair, the
-- trigger NULL where none is left. `arguments` are the trigger's: column, sequence, greatest jump; tgargs holds them with a
-- zero byte behind each. `column_there`: the table has a column of that name. `agree`: the owners of function and table
-- have each other's privileges. `users` are roles that may execute the function beside its owner.
SELECT f.oid::bigint AS function,
       format('%I.%I', n.nspname, f.proname) AS name,
       f.prosrc AS body,
       f.prosecdef AND 'search_path=pg_catalog, pg_temp' = ANY (f.proconfig) AS hardened,
       pg_has_role(f.proowner, 'USAGE') AS owned_by_us,
       code.definition,
       quote_ident(pg_get_userbyid(f.proowner)) AS owner,
       quote_literal(obj_description(f.oid, 'pg_proc')) AS comment,
       ARRAY(SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
               FROM aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) x
              WHERE x.grantee <> f.proowner
              ORDER BY 1) AS users,
       quote_ident(pg_get_userbyid(c.relowner)) AS table_owner,
       pg_has_role(c.relowner, 'USAGE') AS table_owned_by_us,
       coalesce(pg_has_role(f.proowner, c.relowner, 'USAGE') AND pg_has_role(c.relowner, f.proowner, 'USAGE'), true) AS agree,
       c.oid::bigint AS relid,
       quote_ident(m.nspname) || '.' || quote_ident(c.relname) AS table_sql,
       quote_ident(t.tgname) AS trigger,
       pg_get_triggerdef(t.oid) AS trigger_definition,
       t.tgenabled::text AS enabled,
       given.arguments,
       EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = given.arguments[1]) AS column_there
  FROM pg_catalog.pg_proc f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
  LEFT JOIN pg_catalog.pg_trigger t ON t.tgfoid = f.oid AND NOT t.tgisinternal
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  LEFT JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace
 CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT convert_from(decode(part, 'hex'), getdatabaseencoding())
                   FROM unnest(string_to_array(regexp_replace(encode(t.tgargs, 'hex'), '(..)', '\1 ', 'g'), '00 '))
                        WITH ORDINALITY AS u (part, place)
                  WHERE place <= t.tgnargs ORDER BY place) AS arguments
 ) given
 -- NULL where it has been dropped since the snapshot; asked once, since it may be dropped between two questions.
 CROSS JOIN LATERAL (SELECT pg_get_functiondef(f.oid) AS definition OFFSET 0) code
 WHERE n.nspname = 'pgseq' AND f.proname LIKE 'advance\_%' AND f.prorettype = 'pg_catalog.trigger'::regtype
   AND code.definition IS NOT NULL
 ORDER BY f.proname, c.oid
