"""The nouns: messages, cases, marks, notices. Frozen values; nothing here acts or knows the time.

Every moment is an aware datetime in UTC. Text fields hold what strangers wrote, decoded but not made safe:
whoever shows it cleans it (`triage.core.plain`).
"""
