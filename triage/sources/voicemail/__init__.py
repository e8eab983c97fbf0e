"""Folders of voicemails as a source: an Asterisk spool, or any folder of transcripts and recordings."""
