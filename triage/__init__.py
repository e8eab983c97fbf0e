"""triage: who still waits for an answer, before the working day ends."""
