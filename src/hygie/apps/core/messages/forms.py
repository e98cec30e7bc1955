"""The form with which an organisation chooses its words."""

from __future__ import annotations

from django import forms

from hygie.apps.core.messages.kinds import MessageKind
from hygie.apps.core.messages.wording import LONGEST_BODY, LONGEST_SUBJECT, Draft


class WordsForm(forms.Form):
    """A subject, a body, an SMS; the channels that a kind does not speak are left out."""

    subject = forms.CharField(label="Titre du courriel", max_length=LONGEST_SUBJECT, required=False)
    body = forms.CharField(
        label="Corps du courriel",
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )
    sms = forms.CharField(
        label="SMS", max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, kind: MessageKind, draft: Draft, data: object = None) -> None:
        initial = {
            "subject": draft.subject or kind.subject,
            "body": draft.body or kind.body,
            "sms": draft.sms or kind.sms,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a QueryDict or None
        self._kind = kind
        if not kind.body:
            del self.fields["subject"], self.fields["body"]
        if not kind.sms:
            del self.fields["sms"]

    @property
    def draft(self) -> Draft:
        """What was written, empty where it is ours."""
        chosen = {
            name: str(self.cleaned_data.get(name, "")).replace("\r\n", "\n")
            for name in ("subject", "body", "sms")
        }
        ours = {"subject": self._kind.subject, "body": self._kind.body, "sms": self._kind.sms}
        return Draft(
            **{name: "" if text.strip() == ours[name].strip() else text for name, text in chosen.items()}
        )
