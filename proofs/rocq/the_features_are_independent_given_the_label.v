From symadv Require Import words lemmas.

Theorem the_features_are_independent_given_the_label :
  forall eta p x2 : R,
  0 < eta -> 0 < p -> p < 1 ->
  0 < PI /\
  (
  normal x2 (- eta) 1 * p / 2 = sqrt 2 * p * exp (- (eta + x2) ^ 2 / 2) / (4 * sqrt PI) /\ normal x2 eta 1 * p /
    2 = sqrt 2 * p * exp (- (- eta + x2) ^ 2 / 2) / (4 * sqrt PI) /\ (1 / 2 - p / 2) * normal x2 (- eta) 1 =
    sqrt 2 * (1 - p) * exp (- (eta + x2) ^ 2 / 2) / (4 * sqrt PI) /\ (1 / 2 - p / 2) * normal x2 eta 1 = sqrt 2
    * (1 - p) * exp (- (- eta + x2) ^ 2 / 2) / (4 * sqrt PI)).
Proof.
  intros eta p x2 eta_positive p_positive p_below. split. is_defined.
  pose proof PI_RGT_0. pose proof sqrt_pi_positive. pose proof Rlt_sqrt2_0.
  assert (two : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  assert (root : forall e, e / sqrt (2 * PI) = sqrt 2 * e / (2 * sqrt PI)).
  { intro e. rewrite sqrt_mult by lra. apply Rmult_eq_reg_r with (2 * sqrt 2 * sqrt PI); [| nra].
    transitivity (2 * e); [field; lra |]. transitivity (sqrt 2 * sqrt 2 * e); [rewrite two; ring | field; lra]. }
  rewrite !normal_one, !root.
  replace (x2 - - eta) with (eta + x2) by ring. replace (x2 - eta) with (- eta + x2) by ring.
  repeat split; field; lra.
Qed.
