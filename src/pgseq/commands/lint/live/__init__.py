"""What a live database has beside the files: the only part of lint that reads one."""
