"""Hold every provider of a port to the same behaviour.

The unit tests run these suites on the fakes, the functional tests on the real adapters against an emulator.
"""
