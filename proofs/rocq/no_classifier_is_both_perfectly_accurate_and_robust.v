From Coq Require Import Psatz.
From symadv Require Import words.

Theorem no_classifier_is_both_perfectly_accurate_and_robust :
  forall a1 a2 b1 b2 p : R,
  0 < p -> p < 1 ->
  a1 >= 0 /\ a1 <= 1 -> b1 >= 0 /\ b1 <= 1 -> a2 >= 0 /\ a2 <= 1 -> b2 >= 0 /\ b2 <= 1 ->
  ~ (a1 * p / 2 + a2 * p / 2 + (1 - p) * b1 / 2 + (1 - p) * b2 / 2 = 1 /\ (1 - b1) * p / 2 + (1 - b2) * p / 2 +
    (1 - a1) * (1 - p) / 2 + (1 - a2) * (1 - p) / 2 = 1).
Proof.
  intros a1 a2 b1 b2 p p_positive p_below a1_mass b1_mass a2_mass b2_mass [accurate robust].
  assert (0 <= p * (1 - a1)) by nra. assert (0 <= (1 - p) * (1 - b1)) by nra.
  assert (0 <= p * (1 - a2)) by nra. assert (0 <= (1 - p) * (1 - b2)) by nra.
  nra.
Qed.
