"""All rules in the order `why` prints them: one question, one function, at most one Reason each."""

from triage.core.judging import rules_ask, rules_cold, rules_elsewhere, rules_kind, rules_place, rules_upset, rules_when
from triage.core.judging.look import Rule

RULES: tuple[Rule, ...] = (
    rules_kind.silenced,
    rules_elsewhere.elsewhere,
    *rules_kind.SIGNS,
    rules_kind.machine_hint,
    rules_kind.receipt,
    rules_kind.bulk,
    rules_kind.empty,
    rules_kind.trouble,
    rules_kind.by_rule,
    rules_place.place,
    rules_place.called,
    rules_place.first_contact,
    rules_cold.cold,
    rules_place.named_first,
    rules_place.opens,
    rules_place.reply_to_me,
    rules_place.takes_part,
    rules_place.answers_me,
    rules_ask.asks,
    rules_ask.asks_more,
    rules_ask.subject_asks,
    rules_ask.reads_like_request,
    rules_ask.chases,
    rules_ask.troubled,
    rules_ask.comes_back,
    rules_upset.hurts,
    rules_ask.closes,
    rules_ask.withdraws,
    rules_ask.no_reply_needed,
    rules_ask.for_information,
    rules_ask.announces,
    rules_when.deadline,
)
