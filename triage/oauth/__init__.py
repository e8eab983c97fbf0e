"""Signing in where passwords are gone: OAuth 2.0 with the user's own client id, and tokens kept fresh from then on."""
