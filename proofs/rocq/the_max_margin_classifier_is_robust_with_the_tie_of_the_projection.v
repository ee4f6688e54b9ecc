From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_max_margin_classifier_is_robust_with_the_tie_of_the_projection :
  forall gap : R,
  0 < gap ->
  forall x x_adv : R, ~ (x = 0 /\ gap - 2 * x_adv >= 0 /\ gap / 2 - x >= 0 /\ gap / 2 - x_adv < 0 \/ gap - x = 0
    /\ gap - 2 * x_adv < 0 /\ gap / 2 - x_adv >= 0 /\ gap / 2 - x < 0).
Proof.
  intros; lra.
Qed.
