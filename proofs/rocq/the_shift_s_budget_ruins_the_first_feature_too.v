(* S13: every budget of at least 2 eta ruins the sign of x1 exactly when eta > 1/2. *)

From Coq Require Import Lra.
From symadv Require Import words.

Theorem the_shift_s_budget_ruins_the_first_feature_too_is_refuted :
  (forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> (forall E : R, 0 < E -> (2 * eta <= E -> (E = 1 \/ E > 1 \/ E
    < 1)))) /\
  (
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ ~ (forall E : R, 0 < E -> 2 * eta <= E -> (E > 1 -> 1 = 1) /\
    (E <= 1 /\ E < 1 -> 1 - p = 1) /\ (E = 1 /\ E >= 1 /\ E <= 1 -> - (p - 2) / 2 = 1))).
Proof.
  split.
  - intros. lra.
  - exists (1 / 4), (1 / 2). repeat split; try lra. intro ruined.
    assert (half : 1 - 1 / 2 = 1) by (apply (ruined (1 / 2)); lra). lra.
Qed.

Theorem the_shift_s_budget_ruins_the_first_feature_too_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  (forall E : R, 0 < E -> (2 * eta <= E -> (E = 1 \/ E > 1 \/ E < 1))) /\
  (
  eta > 1 / 2 <-> (forall E : R, 0 < E -> 2 * eta <= E -> (E > 1 -> 1 = 1) /\ (E <= 1 /\ E < 1 -> 1 - p = 1) /\
    (E = 1 /\ E >= 1 /\ E <= 1 -> - (p - 2) / 2 = 1))).
Proof.
  intros eta p ? ? ?. split. intros; lra. split.
  - intros; repeat split; intros; lra.
  - intro ruined. apply Rnot_le_gt. intro small.
    destruct (ruined (2 * eta)) as (_ & below & tie); lra.
Qed.
