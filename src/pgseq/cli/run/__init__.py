"""What each command does once its options are read; files are named as the commands."""
