"""MiniStack as Pressrun runs it: its state is saved while it runs, and it ends without waiting for the last request.

It runs in the emulator's own environment, which has MiniStack and the standard library, and nothing of Pressrun's. All
that is changed in MiniStack is changed by `replace`.
"""
