From symadv Require Import words lemmas.

Theorem the_other_label_is_more_probable_for_a_reliable_feature :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  p >= 1 / 2 ->
  (1 - p) * normal (- eta) eta 1 < normal (- eta) (- eta) 1 * p.
Proof.
  intros eta p eta_positive p_positive p_below reliable.
  rewrite normal_across. pose proof (normal_positive (- eta) (- eta)). pose proof (exp_pos (- 2 * eta ^ 2)).
  assert (exp (- 2 * eta ^ 2) < 1) by (apply exp_below_one; nra).
  set (t := exp (- 2 * eta ^ 2)) in *. assert ((1 - p) * t < p) by nra. nra.
Qed.
