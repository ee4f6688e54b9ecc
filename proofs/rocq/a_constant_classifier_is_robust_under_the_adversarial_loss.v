From Coq Require Import Psatz.
From symadv Require Import words.

Theorem a_constant_classifier_is_robust_under_the_adversarial_loss_is_refuted :
  exists gap : R, 0 < gap /\ ~ (forall x x_adv : R, gap - x <> 0).
Proof.
  exists 1. split. lra. intro all. apply (all 1 0). ring.
Qed.

Theorem a_constant_classifier_is_robust_under_the_adversarial_loss_exactly_when :
  forall gap : R,
  0 < gap ->
  ~ (forall x x_adv : R, gap - x <> 0).
Proof.
  intros gap ? robust. apply (robust gap 0). lra.
Qed.
