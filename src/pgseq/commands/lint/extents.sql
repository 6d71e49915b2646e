-- The least and the greatest integer stored in a column; and of those within the range of its sequence, on each grid by
-- itself. Where every value is on the same grid there is nothing to group by, and an index gives both ends.
SELECT min(fed.value)::bigint AS least, max(fed.value)::bigint AS greatest
  FROM (SELECT {:value} AS value FROM {:source}) AS fed
 WHERE fed.value BETWEEN {:lowest} AND {:highest} AND fed.value % 1 = 0
UNION ALL
SELECT min(fed.value)::bigint, max(fed.value)::bigint
  FROM (SELECT {:value} AS value FROM {:source}) AS fed
 WHERE fed.value BETWEEN {:min} AND {:max} AND fed.value % 1 = 0
{:grids}
