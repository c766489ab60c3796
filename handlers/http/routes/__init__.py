"""Hold the routes of the HTTP API, a module for each subject; handlers.api puts them together."""
