-- SQLite: the moments of a database that are not kept: of those older than a day, all but the first of each hour, of those
-- older than 31 days all but the first of each day.
SELECT id
  FROM (SELECT id,
               row_number() OVER (PARTITION BY CASE WHEN :now - time > 31 * 86400.0 THEN 'd' || CAST(time / 86400 AS INTEGER)
                                                    ELSE 'h' || CAST(time / 3600 AS INTEGER) END
                                      ORDER BY time, id) AS place
          FROM moments
         WHERE database = :database AND time < :now - 86400.0)
 WHERE place > 1
