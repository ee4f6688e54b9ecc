From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_max_margin_classifier_is_accurate :
  forall gap : R,
  0 < gap ->
  forall x : R, (x = 0 -> gap / 2 - x >= 0) /\ (x = 0 -> gap / 2 - x > 0) /\ (gap - x = 0 -> gap / 2 - x <= 0)
    /\ (gap - x = 0 -> gap / 2 - x < 0).
Proof.
  intros; lra.
Qed.
