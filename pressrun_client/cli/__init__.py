"""Be the command line ``pressrun``. docs/command-line.md is its manual."""
