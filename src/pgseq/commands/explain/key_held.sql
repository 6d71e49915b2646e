-- Whether a row holds a key, by an index and by the heap, and whether several rows do: in one statement, so that rows which
-- come and go meanwhile are in both answers or in neither. Asked with enable_seqscan = off; a sample of 100 percent reads
-- every block of the heap whatever is on or off (PostgreSQL documentation, TABLESAMPLE).
SELECT EXISTS (SELECT FROM {:table} WHERE {:condition}) AS by_index,
       EXISTS (SELECT FROM {:table} TABLESAMPLE SYSTEM (100) WHERE {:condition}) AS by_heap,
       EXISTS (SELECT FROM {:table} TABLESAMPLE SYSTEM (100) WHERE {:condition} AND ({:predicate}) OFFSET 1) AS doubled
