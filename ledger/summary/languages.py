"""Languages by their BCP 47 primary subtag, the official ones of the EU marked.

The 24 official languages are those of Article 1 of Council Regulation No 1 of 1958 as amended.
A tag whose language we have no English name for is shown as it is.
"""

from collections.abc import Iterable, Mapping

EU_OFFICIAL: Mapping[str, str] = {
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mt": "Maltese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sv": "Swedish",
}

OTHERS: Mapping[str, str] = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bn": "Bengali",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cy": "Welsh",
    "eo": "Esperanto",
    "eu": "Basque",
    "fa": "Persian",
    "fil": "Filipino",
    "gd": "Scottish Gaelic",
    "gl": "Galician",
    "gsw": "Swiss German",
    "gu": "Gujarati",
    "ha": "Hausa",
    "he": "Hebrew",
    "hi": "Hindi",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "la": "Latin",
    "lb": "Luxembourgish",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "ms": "Malay",
    "mul": "multiple languages",
    "my": "Burmese",
    "nb": "Norwegian Bokmål",
    "ne": "Nepali",
    "nn": "Norwegian Nynorsk",
    "no": "Norwegian",
    "oc": "Occitan",
    "pa": "Punjabi",
    "rm": "Romansh",
    "ru": "Russian",
    "si": "Sinhala",
    "sq": "Albanian",
    "sr": "Serbian",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "yo": "Yoruba",
    "zh": "Chinese",
    "zu": "Zulu",
}


def primary(tag: str) -> str:
    """Return the language of a tag: `pt` for `pt-BR`."""
    return tag.split("-")[0].lower()


def name(tag: str) -> str:
    """Return the English name of a tag's language, or the tag."""
    language = primary(tag)
    return EU_OFFICIAL.get(language) or OTHERS.get(language) or tag


def is_official(tag: str) -> bool:
    """Answer whether the tag's language is an official language of the EU."""
    return primary(tag) in EU_OFFICIAL


def names(tags: Iterable[str]) -> list[str]:
    """Return the distinct names of the tags' languages, in alphabetical order."""
    return sorted({name(tag) for tag in tags})
