"""The stand-in of 7pace Timetracker: Tracking API 3.2 and REST CRUD API v3 over one world."""
