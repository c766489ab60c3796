"""Test the tools that build, run and deploy."""
