"""The command line: options, paths, tables and rows that all commands share; `train_commands` is how to train."""
