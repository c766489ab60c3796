"""Build the zips of Pressrun's functions: ``python -m tools.package --target x86_64 --out dist/x86_64``.

A package is two layers. The *dependency* layer (wheels of a hash-locked requirements file) changes rarely and is kept
zipped in ``build/package``; the *application* layer (our code, templates, fonts, native libraries) is appended to a
copy of it, so that a change of code costs seconds. Both hold only what follows from their inputs: no times, no paths
of this machine, no order of a file system. The same inputs give the same bytes.
"""
