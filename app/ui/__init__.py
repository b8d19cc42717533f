"""The tray, the windows and the words on them: all that the user sees."""
