"""What a service only tells of is answered in the service, known by headers and addresses and by no words."""

import pytest

from tests.core.mail import HOURS, entry, mine, people
from triage.core.judging.judge import judge
from triage.core.judging.rules_elsewhere import HEADERS
from triage.sources.message.mime import FIELDS


def reasons(*thread):
    found = judge(thread[-1], thread, people(), hours=HOURS)
    return found.owes, [reason.text for reason in found.reasons if reason.rule == "elsewhere"]


@pytest.mark.parametrize(
    ("service", "fields"),
    [
        ("GitHub", {"sender": "Ada King <notifications@github.com>"}),
        ("GitHub", {"headers": [("x-github-reason", "mention")]}),
        ("GitHub", {"headers": [("list-id", "king/engine <engine.king.github.com>")]}),
        ("GitLab", {"sender": "git@forge.example", "headers": [("x-gitlab-project", "engine")]}),
        ("Jira", {"sender": "Ada King (Jira) <jira@king.atlassian.net>"}),
        ("Jira", {"sender": "tracker@king.example", "headers": [("x-jira-fingerprint", "1f")]}),
        ("Microsoft Teams", {"sender": "noreply@email.teams.microsoft.com"}),
        ("Slack", {"sender": "notification@slack.com"}),
        ("DocuSign", {"sender": "Ada King via DocuSign <dse@eumail.docusign.net>"}),
        ("Trello", {"sender": "do-not-reply@trello.com"}),
        ("Asana", {"sender": "no-reply@asana.com"}),
        ("LinkedIn", {"sender": "Ada King <hit-reply@linkedin.com>"}),
    ],
)
def test_it_is_skipped_and_says_where_it_is_answered(service, fields) -> None:
    owes, (text,) = reasons(entry("a", **fields))
    assert not owes
    assert text.startswith(f"answered elsewhere: in {service} (")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"sender": "ada@github.com"}, id="somebody who works there"),
        pytest.param({"text": "Could you look at it? X-GitHub-Reason: mention. In Jira or Slack."}, id="words"),
        pytest.param({"sender": "notifications@github.com.client.example"}, id="a name that only begins so"),
        pytest.param({"headers": [("list-id", "<tea.notgithub.com>")], "replies": "mine"}, id="another list"),
    ],
)
def test_people_are_no_service(fields) -> None:
    assert reasons(mine("mine"), entry("a", **fields))[1] == []


def test_a_reply_to_my_own_mail_is_mail() -> None:
    assert reasons(mine("mine"), entry("a", sender="jira@king.atlassian.net", replies="mine")) == (True, [])


def test_the_headers_are_among_those_that_are_read() -> None:
    assert set(HEADERS) <= {name.lower() for name in FIELDS}
