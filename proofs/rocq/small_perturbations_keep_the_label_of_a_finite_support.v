(* G10: L-infinity perturbations of the four points keep the label exactly up to 3/2. *)

From Coq Require Import Reals Lra.
From symadv Require Import words.

Theorem small_perturbations_keep_the_label_of_a_finite_support_is_refuted :
  exists E : R, 0 < E /\ ~ (forall x1 x2 : R, ~ (Rabs x1 < E /\ Rabs x2 < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 >
    0 /\ 3 * x1 + x2 - 5 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 > 0 /\ - 3 * x1 + x2 + 4 < 0) \/ Rabs x1 < E /\
    Rabs (x2 - 1) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 > 0 /\ 3 * x1 + x2 - 5 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1
    - 3 > 0 /\ - 3 * x1 + x2 + 4 < 0) \/ Rabs x2 < E /\ Rabs (x1 - 3) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0
    /\ - 3 * x1 + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 < 0 /\ 3 * x1 + x2 - 5 < 0) \/ Rabs (x1 - 3) < E
    /\ Rabs (x2 - 1) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0 /\ - 3 * x1 + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2
    * x1 - 3 < 0 /\ 3 * x1 + x2 - 5 < 0))).
Proof.
  exists 2. split. lra. intro none. apply (none (7 / 4) (1 / 2)). left.
  repeat split; try (apply Rabs_def1; lra). left. lra.
Qed.

Theorem small_perturbations_keep_the_label_of_a_finite_support_exactly_when :
  forall E : R,
  0 < E ->
  3 / 2 >= E <-> (forall x1 x2 : R, ~ (Rabs x1 < E /\ Rabs x2 < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 > 0 /\ 3 *
    x1 + x2 - 5 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 > 0 /\ - 3 * x1 + x2 + 4 < 0) \/ Rabs x1 < E /\ Rabs (x2 -
    1) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 > 0 /\ 3 * x1 + x2 - 5 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 > 0 /\
    - 3 * x1 + x2 + 4 < 0) \/ Rabs x2 < E /\ Rabs (x1 - 3) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0 /\ - 3 * x1
    + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 < 0 /\ 3 * x1 + x2 - 5 < 0) \/ Rabs (x1 - 3) < E /\ Rabs (x2 -
    1) < E /\ (2 * x2 - 1 >= 0 /\ 2 * x1 - 3 < 0 /\ - 3 * x1 + x2 + 4 > 0 \/ 2 * x2 - 1 <= 0 /\ 2 * x1 - 3 < 0
    /\ 3 * x1 + x2 - 5 < 0))).
Proof.
  intros E ?. split.
  - intros small x1 x2 found.
    destruct found as [(a & _ & place) | [(a & _ & place) | [(_ & a & place) | (a & _ & place)]]];
      apply Rabs_def2 in a; lra.
  - intro none. apply Rnot_gt_ge. intro large. apply (none ((E + 3 / 2) / 2) (1 / 2)). left.
    repeat split; try (apply Rabs_def1; lra). left. lra.
Qed.
