"""What a person is told when something was masked."""

from __future__ import annotations

from collections.abc import Sequence

from palate.masking.spans import Personal

_EN = {
    Personal.EMAIL: "the e-mail address",
    Personal.PHONE: "the phone number",
    Personal.CARD: "the card number",
    Personal.IBAN: "the account number",
    Personal.RESIDENT: "the identity number",
}
_ZH = {
    Personal.EMAIL: "邮箱地址",
    Personal.PHONE: "电话号码",
    Personal.CARD: "银行卡号",
    Personal.IBAN: "银行账号",
    Personal.RESIDENT: "身份证号",
}


def not_kept(found: Sequence[Personal], language: str) -> str:
    """Tell what was not kept, each kind once; `language` is `en` or `zh`."""
    kinds = list(dict.fromkeys(found))
    if language == "zh":
        return f"我没有保留您的{'、'.join(_ZH[kind] for kind in kinds)}。"
    *most, last = [_EN[kind] for kind in kinds]
    return f"I have not kept {', '.join(most)} or {last}." if most else f"I have not kept {last}."
