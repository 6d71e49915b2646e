"""The program around the commands: errors, signals, streams, the group."""
