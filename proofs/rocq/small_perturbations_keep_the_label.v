From Coq Require Import Psatz.
From symadv Require Import words.

Theorem small_perturbations_keep_the_label_is_refuted :
  exists E gap : R, 0 < E /\ 0 < gap /\ ~ (forall x : R, (Rabs x < E -> gap - 2 * x >= 0) /\ (Rabs (gap - x) < E
    -> gap - 2 * x < 0)).
Proof.
  exists 2, 1. repeat split; try lra. intro keep. destruct (keep 1) as [left _].
  assert (1 - 2 * 1 >= 0) by (apply left; split_Rabs; lra). lra.
Qed.

Theorem small_perturbations_keep_the_label_exactly_when :
  forall E gap : R,
  0 < E -> 0 < gap ->
  gap / 2 >= E <-> (forall x : R, (Rabs x < E -> gap - 2 * x >= 0) /\ (Rabs (gap - x) < E -> gap - 2 * x < 0)).
Proof.
  intros E gap E_positive gap_positive. split.
  - intros small x. split; intro near; split_Rabs; lra.
  - intro keep. apply Rnot_lt_ge. intro large. destruct (keep (gap / 2)) as [_ right].
    assert (gap - 2 * (gap / 2) < 0) by (apply right; split_Rabs; lra). lra.
Qed.
