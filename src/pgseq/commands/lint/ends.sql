-- The least and the greatest value of a column, in the rows of the table itself.
SELECT min({:column})::bigint AS least, max({:column})::bigint AS greatest FROM ONLY {:table}
