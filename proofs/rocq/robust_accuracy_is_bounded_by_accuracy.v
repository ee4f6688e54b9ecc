From Coq Require Import Psatz.
From symadv Require Import words.

Theorem robust_accuracy_is_bounded_by_accuracy :
  forall a1 a2 b1 b2 delta p : R,
  0 < delta -> delta < 1 -> 0 < p -> p < 1 ->
  (a1 >= 0 /\ a2 >= 0 /\ b1 >= 0 /\ b2 >= 0 /\ p >= 1 / 2 /\ a1 <= 1 /\ a2 <= 1 /\ b1 <= 1 /\ b2 <= 1 -> (a1 * p
    / 2 + a2 * p / 2 + (1 - p) * b1 / 2 + (1 - p) * b2 / 2 >= 1 - delta -> 1 - p <> 0)) /\
  (
  p >= 1 / 2 -> a1 >= 0 /\ a1 <= 1 -> b1 >= 0 /\ b1 <= 1 -> a2 >= 0 /\ a2 <= 1 -> b2 >= 0 /\ b2 <= 1 ->
  a1 * p / 2 + a2 * p / 2 + (1 - p) * b1 / 2 + (1 - p) * b2 / 2 >= 1 - delta -> (1 - b1) * p / 2 + (1 - b2) * p
    / 2 + (1 - a1) * (1 - p) / 2 + (1 - a2) * (1 - p) / 2 <= delta * p / (1 - p)).
Proof.
  intros a1 a2 b1 b2 delta p delta_positive delta_below p_positive p_below. split. intros; lra.
  intros reliable a1_mass b1_mass a2_mass b2_mass accurate.
  apply Rmult_le_reg_r with (1 - p). lra.
  replace (delta * p / (1 - p) * (1 - p)) with (delta * p) by (field; lra).
  assert (0 <= (2 * p - 1) * (2 - a1 - a2)) by nra. nra.
Qed.
