from dataclasses import replace

import numpy as np
import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.evaluate import answerable, evaluate_retriever, rank_metrics
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.predictor import RetrievalPredictor


def test_ranks_become_recall_and_reciprocal_rank():
    assert rank_metrics(np.array([1, 2, 5, 6, 0])) == {
        "recall_at_1": pytest.approx(1 / 5),
        "recall_at_5": pytest.approx(3 / 5),
        "mrr": pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 6) / 5),
    }


def test_known_questions_are_found_by_bm25_and_stand_beside_the_served(blended, topics):
    report = evaluate_retriever(blended, topics, seed=1).to_json()
    assert report["n"] == 15
    assert report["baseline"] == {"name": "bm25", "recall_at_1": 1.0, "recall_at_5": 1.0, "mrr": 1.0}
    assert report["encoder"].keys() == {"recall_at_1", "recall_at_5", "mrr"}
    low, high = report["intervals"]["mrr"]
    assert low <= report["mrr"] <= high
    assert (report["seed"], report["weight"]) == (1, 0.4)


def test_where_bm25_alone_is_served_nothing_is_said_of_an_encoder(trained, topics):
    report = evaluate_retriever(trained.predictor, topics).to_json()
    assert "encoder" not in report
    assert report["recall_at_1"] == report["baseline"]["recall_at_1"] == 1.0


def test_a_question_under_the_wrong_answer_is_missed(trained, topics):
    wrong = [replace(topics[0], questions=("is this link safe",))]
    assert evaluate_retriever(trained.predictor, wrong).baseline["mrr"] == 0.5


def test_an_answer_in_another_language_than_its_question_is_not_found(trained, topics):
    korean = [replace(topics[2], questions=("where is my parcel",))]
    assert evaluate_retriever(trained.predictor, korean).metrics["mrr"] == 0.0


def test_the_same_answer_under_two_topics_counts_once_found(topics):
    known = [topics[0], replace(topics[0], id="other", questions=("strange",)), topics[1]]
    twice = RetrievalPredictor(known, SparseIndex.build(known, Concepts()))
    report = evaluate_retriever(
        twice, [replace(topics[0], questions=("strange",), answer="It  comes\non Friday.")]
    ).to_json()
    assert report["baseline"]["recall_at_1"] == 1.0


def test_questions_with_strange_answers_are_left_out_and_counted(trained, topics):
    strange = replace(topics[0], id="s", questions=("x", "y"), answer="Never heard.")
    report = evaluate_retriever(trained.predictor, [topics[1], strange]).to_json()
    assert (report["n"], report["left_out"]) == (5, 2)
    assert "2 questions with other answers left out" in report["protocol"]
    with pytest.raises(DataError, match="none of the 2 test questions has an answer that was trained on"):
        answerable([strange], topics)


def test_each_part_is_left_out_where_that_is_asked_for(blended, trained, topics):
    found = evaluate_retriever(blended, topics, ablate=True).details["ablation"]
    assert found.keys() == {"nothing", "BM25", "encoder"}
    assert found["encoder"]["recall_at_1"] == 1.0
    assert found["encoder"]["size_mb"] < found["nothing"]["size_mb"]
    assert evaluate_retriever(trained.predictor, topics, ablate=True).details["ablation"].keys() == {"nothing"}
    assert "ablation" not in evaluate_retriever(blended, topics).details
