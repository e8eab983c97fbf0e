"""The telephone: whose number it is, which tellings are of one call, and who still waits to be called back."""
