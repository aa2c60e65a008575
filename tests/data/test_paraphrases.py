"""The paraphrase corpus that comes along is what its README says."""

import os
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.text.bm25 import query_terms
from nlpbot.sentences.data import PLAIN, load_questions

KINDS = {"plain", "reworded", "casual", "indirect", "typos", "keywords", "story"}
LANGUAGES = ("en", "ko")
CORPORA = Path(os.environ.get("NLPBOT_CORPORA", "/none"))


@pytest.fixture(scope="module")
def questions():
    return load_questions(data_folder("paraphrases"))


def in_language(questions, language):
    return [question for question in questions if question.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_questions_on_enough_subjects(questions, language):
    ours = in_language(questions, language)
    assert len(ours) >= 1_500
    assert len({question.subject for question in ours}) >= 40


def test_a_third_of_the_questions_is_in_both_languages(questions):
    one, other = ({question.meaning for question in in_language(questions, language)} for language in LANGUAGES)
    assert len(one & other) >= max(len(one), len(other)) / 3


def test_each_question_is_asked_in_each_kind_of_wording(questions):
    assert {frozenset(question.wordings) for question in questions} == {frozenset(KINDS)}


def test_no_list_has_a_text_twice(questions):
    seen = defaultdict(list)
    for question in questions:
        for text in question.wordings.values():
            seen[question.subject, question.language, re.sub(r"\W", "", text.lower())].append(question.id)
    assert {text: where for text, where in seen.items() if len(where) > 1} == {}


def test_no_list_has_an_answer_twice(questions):
    lists = defaultdict(list)
    for question in questions:
        lists[question.subject, question.language].append(question.answer)
    assert all(len(set(answers)) == len(answers) for answers in lists.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_share_few_words(questions, language):
    """Of the terms of a plain question that are not on every second line, a wording has few."""
    ours = in_language(questions, language)
    terms = {text: set(query_terms(text)) for question in ours for text in question.wordings.values()}
    counts = defaultdict(int)
    for some in terms.values():
        for term in some:
            counts[term] += 1
    rare = {term for term, count in counts.items() if count < len(terms) / 100}
    shared = [
        len(terms[text] & terms[question.wordings[PLAIN]] & rare) / max(len(terms[question.wordings[PLAIN]] & rare), 1)
        for question in ours
        for kind, text in question.wordings.items()
        if kind != PLAIN
    ]
    assert np.mean(shared) < 0.2


@pytest.mark.corpora
def test_no_text_is_one_of_those_that_measure(questions):
    """The sets written to measure were never seen by who wrote this."""
    ours = {re.sub(r"\W", "", text.lower()) for question in questions for text in question.wordings.values()}
    texts = set()
    for path in [*CORPORA.glob("faq-written/*-*.*sv"), *CORPORA.glob("assistant-questions/*.tsv")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            texts.update(re.sub(r"\W", "", part.lower()) for part in re.split(r"[\t,]", line) if len(part) > 25)
    if not texts:
        pytest.skip("needs NLPBOT_CORPORA")
    assert sorted(ours & texts) == []
