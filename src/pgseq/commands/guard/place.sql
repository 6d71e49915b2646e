format('-d ''%s'' -t ''%s''', replace(current_database(), '''', '''"''"'''), replace(TG_RELID::regclass::text, '''', '''"''"'''))
