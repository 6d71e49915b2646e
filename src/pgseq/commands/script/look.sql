SELECT %1$s, pos.last_value::numeric - CASE WHEN pos.is_called THEN 0 ELSE %2$s END AS before,
       %3$s::bigint AS stored_up_to FROM %4$s
