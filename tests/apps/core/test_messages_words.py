"""Contacts read strictly; words checked: neutral where anybody reads them, and unable to do anything."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.apps.core.messages.addresses import (
    BadContactError,
    Contact,
    email_address,
    has_control,
    masked,
    mobile_number,
    shown_number,
)
from hygie.apps.core.messages.kinds import MESSAGE_KINDS, NEUTRAL, TRIAL, MessageKind, Nature, message_kind
from hygie.apps.core.messages.models import Channel
from hygie.apps.core.messages.wording import (
    Draft,
    WordingError,
    check_draft,
    check_neutral,
    check_subject,
    filled,
    for_sms,
    signature,
    sms_parts,
    telling_word,
)
from hygie.engines.kernel.errors import HygieError

CALL = MessageKind(
    "test.call",
    "Appel d’essai",
    Nature.OWED,
    {"prenom": "Camille", "lien": "https://hygie.clairval.example/x"},
    body="Bonjour {{ prenom }},\n{% if lien %}{{ lien }}{% endif %}\n",
    sms="{{ organisation }} : bonjour {{ prenom }}. {{ lien }}",
)
VALUES = {**signature("Ville d’essai", Channel.EMAIL), "prenom": "Camille", "lien": "https://a.example"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 39 98 12 34", "+33639981234"),  # of fiction, though 0639 is Mayotte
        ("06.12.34.56.78", "+33612345678"),
        ("0712345678", "+33712345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("06\u202f39\u00a098-12/34", "+33639981234"),
        ("0639 12 34 56", "+262639123456"),
        ("0690123456", "+590690123456"),
        ("0694123456", "+594694123456"),
        ("0696123456", "+596696123456"),
    ],
)
def test_french_mobile_numbers_are_written_one_way(typed: str, number: str) -> None:
    assert mobile_number(typed) == number
    assert mobile_number(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "06",
            "0112345678",
            "0812345678",
            "0912345678",
            "+41791234567",
            "06 12 34 56 7",
            "061234567890",
        ),
        *(
            "06123456a8",
            "06 12 34 56 78\r\nTo: x",
            "٠٦١٢٣٤٥٦٧٨",
            "3114",
            "+33",
            "00",
            "+33 06 12 34",
            "(0)" * 9,
        ),
    ],
)
def test_other_numbers_are_refused_in_words(typed: str) -> None:
    with pytest.raises(BadContactError) as refused:
        mobile_number(typed)
    assert refused.value.why
    assert refused.value.fix
    assert len(typed) < 5 or typed not in str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "x", "x@", "@x.fr", "x@y", "é@ville.fr", "a b@ville.fr", "a@ville.fr\r\nBcc: b@ville.fr"),
        *(
            "a@ville.fr\n",
            "a@ville.fr,b@ville.fr",
            "<a@ville.fr>",
            '"a"@ville.fr',
            "a@localhost",
            "a\x00@ville.fr",
        ),
        *("a@ville.fr\u2028", "x" * 250 + "@ville.fr", "a@[127.0.0.1]x"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadContactError):
        email_address(typed)


def test_addresses_are_compared_without_case() -> None:
    assert email_address(" Camille.Test@Ville.Example ") == "camille.test@ville.example"


@given(st.text(max_size=60))
def test_any_text_is_a_contact_or_refused(text: str) -> None:
    for read in (email_address, mobile_number):
        try:
            found = read(text)
        except BadContactError:
            continue
        assert found.isascii()
        assert not has_control(found)


def test_a_contact_prefers_and_falls_back() -> None:
    both = Contact("a@ville.example", "0639981234", Channel.SMS).read()
    assert (both.channel, both.address, both.other) == (Channel.SMS, "+33639981234", "a@ville.example")
    one = Contact("a@ville.example", prefers=Channel.SMS).read()
    assert (one.channel, one.other) == (Channel.EMAIL, "")
    assert both.key != one.key
    with pytest.raises(BadContactError):
        Contact().read()


def test_a_masked_contact_does_not_tell_it() -> None:
    assert masked("camille@ville.example") == "c•••@ville.example"
    assert masked("+33639981234") == "06 •• •• •• 34"
    assert shown_number("+262692123456") == "06 92 12 34 56"
    assert masked("") == ""


def test_every_declared_kind_is_neutral_where_anybody_reads_it() -> None:
    assert MESSAGE_KINDS
    for kind in MESSAGE_KINDS.values():
        for name in ("Ville d’essai", "Centre de vaccination d’essai", "CCAS d’essai"):
            if kind.body:
                said = filled(
                    kind, Draft(), Channel.EMAIL, {**kind.examples, **signature(name, Channel.EMAIL)}
                )
                check_neutral(said.subject)
            if kind.sms:
                said = filled(kind, Draft(), Channel.SMS, {**kind.examples, **signature(name, Channel.SMS)})
                check_neutral(said.text)
        check_draft(kind, Draft(kind.subject, kind.body, kind.sms))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ville de Clairval", "de la Ville de Clairval"),
        ("Association d’essai", "de l’Association d’essai"),
        ("Département d’essai", "du Département d’essai"),
        ("Entraide d’essai", "d’Entraide d’essai"),
        ("Hôpital d’essai", "pour vous"),
        ("Maison de santé", "pour vous"),
    ],
)
def test_the_subject_names_who_writes_unless_the_name_tells(name: str, words: str) -> None:
    said = filled(CALL, Draft(), Channel.EMAIL, {**VALUES, **signature(name, Channel.EMAIL)})
    assert said.subject == f"Un message {words}"


@pytest.mark.parametrize("text", ["Votre vaccin", "DÉPISTAGE", "aide refusée", "Médecin", "le CCAS", "Santé"])
def test_telling_words_are_found_whatever_the_accents(text: str) -> None:
    assert telling_word(text)
    with pytest.raises(WordingError):
        check_draft(CALL, Draft(subject=text))
    with pytest.raises(WordingError):
        check_draft(CALL, Draft(sms=text))
    check_draft(CALL, Draft(body=text))


def test_the_address_of_the_site_does_not_count_as_telling() -> None:
    assert not telling_word("Bonjour https://sante.ville.example/m/x")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{ ''.__class__ }}",
            "{{ prenom.upper() }}",
            "{% for i in range(9) %}x{% endfor %}",
            "{{ 1 + 1 }}",
        ),
        *(
            "{{ inconnue }}",
            "{{ prenom | upper }}",
            "{% include 'x' %}",
            "{{ prenom",
            "{% if %}",
            "{{ [1] * 9 }}",
        ),
        *(
            "{% set a = prenom %}",
            "{{ self }}",
            "{% if lien %}" * 200 + "{% endif %}" * 200,
            "{{ prenom[0] }}",
        ),
        *(
            "{% if lien == 'x' %}a{% endif %}",
            "{% if lien %}a{% endif %}" * 30,
            "x" * 30_000,
            "a\x00b",
            "a\u202eb",
        ),
    ],
)
def test_words_can_only_be_text_and_variables(text: str) -> None:
    with pytest.raises(WordingError):
        check_draft(CALL, Draft(body=text))


@given(st.text(alphabet="{}%# \nifendlorprm_'x|.()[]0", max_size=80))
def test_no_text_of_an_organisation_breaks_the_language(text: str) -> None:
    with suppress(HygieError):  # anything else fails the test
        check_draft(CALL, Draft(text[:100], text, text))


@given(st.text(max_size=300))
def test_no_value_writes_a_header_or_is_run(value: str) -> None:
    try:
        said = filled(CALL, Draft(subject="{{ prenom }}"), Channel.EMAIL, {**VALUES, "prenom": value})
    except WordingError:
        return
    assert said.subject == value
    assert not has_control(said.subject)


def test_values_are_never_read_as_words() -> None:
    said = filled(CALL, Draft(), Channel.EMAIL, {**VALUES, "prenom": "{{ lien }}"})
    assert "{{ lien }}" in said.text


@pytest.mark.parametrize(
    "subject", ["", "  ", "a\r\nBcc: x@y.fr", "a\u2028b", "x" * 121, "a\x00", "\u202eabc"]
)
def test_a_subject_is_one_short_line(subject: str) -> None:
    with pytest.raises(WordingError):
        check_subject(subject)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *(("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("é" * 160, 1)),
        *(
            ("€" * 80, 1),
            ("€" * 81, 2),
            ("ê" * 70, 1),
            ("ê" * 71, 2),
            ("ê" * 134, 2),
            ("🙂" * 35, 1),
            ("🙂" * 36, 2),
        ),
    ],
)
def test_parts_of_an_sms(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_an_sms_is_written_with_plain_punctuation_and_bounded() -> None:
    assert for_sms("« L’œil »\u202f: vu… ") == '" L\'oeil " : vu...'
    with pytest.raises(WordingError):
        filled(CALL, Draft(sms="a" * 460), Channel.SMS, VALUES)


def test_a_kind_is_declared_once_and_says_something() -> None:
    assert message_kind(TRIAL) is TRIAL
    with pytest.raises(ValueError, match="two kinds"):
        message_kind(MessageKind(TRIAL.name, "Autre", Nature.ASKED, {}, body="x"))
    with pytest.raises(ValueError, match="neither"):
        message_kind(MessageKind("test.mute", "Muet", Nature.ASKED, {}))
    assert TRIAL.subject == NEUTRAL
