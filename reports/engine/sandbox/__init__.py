"""Take from the rendering process what no render needs, by the kernel, before it sees any data.

``confinement`` takes it, ``probes`` tries whether it is gone. SECURITY.md says what each measure is for.
"""
