"""Messages to conversations, conversations to cases, and where a case stands."""
