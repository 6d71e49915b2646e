-- Whether a row holds a key: as the settings before it have it, by the index or by the heap.
SELECT EXISTS (SELECT FROM {:table} WHERE {:condition}) AS held
