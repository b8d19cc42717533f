"""The pure core: a message and a stamp go in, a decision comes out; no clock, no I/O."""
