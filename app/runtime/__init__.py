"""What runs the core: inbox, loop, the lanes' workers, and the socket for commands."""
