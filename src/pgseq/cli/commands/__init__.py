"""The commands as click knows them: arguments, options, help. One file a command."""
