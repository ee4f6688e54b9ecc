From symadv Require Import words lemmas.

Theorem left_of_zero_the_density_of_the_positive_label_is_smaller :
  forall eta x2 : R,
  0 < eta ->
  x2 < 0 <-> normal x2 eta 1 < normal x2 (- eta) 1.
Proof.
  intros eta x2 eta_positive. rewrite normal_below. split; intro; nra.
Qed.
