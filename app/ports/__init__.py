"""Small protocols between the core's world and the outside: what an adapter or provider must do."""
