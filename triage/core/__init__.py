"""Pure thinking: no clock, no I/O, no threads; imports model, settings and itself."""
