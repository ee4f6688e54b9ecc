From Coq Require Import Psatz.
From symadv Require Import words.

Theorem the_max_margin_classifier_is_robust_with_the_other_tie_is_refuted :
  exists gap : R, 0 < gap /\ ~ (forall x x_adv : R, ~ (x = 0 /\ gap - 2 * x_adv >= 0 /\ gap / 2 - x_adv <= 0 /\
    gap / 2 - x > 0 \/ gap - x = 0 /\ gap - 2 * x_adv < 0 /\ gap / 2 - x <= 0 /\ gap / 2 - x_adv > 0)).
Proof.
  exists 1. split. lra. intro robust. apply (robust 0 (1 / 2)). lra.
Qed.

Theorem the_max_margin_classifier_is_robust_with_the_other_tie_exactly_when :
  forall gap : R,
  0 < gap ->
  ~ (forall x x_adv : R, ~ (x = 0 /\ gap - 2 * x_adv >= 0 /\ gap / 2 - x_adv <= 0 /\ gap / 2 - x > 0 \/ gap - x
    = 0 /\ gap - 2 * x_adv < 0 /\ gap / 2 - x <= 0 /\ gap / 2 - x_adv > 0)).
Proof.
  intros gap ? robust. apply (robust 0 (gap / 2)). lra.
Qed.
