From symadv Require Import words lemmas.

(* The root of 2 pi is more than 2, so that exp (2 eta^2) (root - 1) is more than 1. *)
Lemma never_equal (eta p : R) :
  0 < eta -> p < 1 -> (1 - p) * expit (- 2 * eta ^ 2) <> (1 - p) * normal (- eta) eta 1.
Proof.
  intros eta_positive p_below same. apply Rmult_eq_reg_l in same; [| lra].
  rewrite normal_one in same. unfold expit in same.
  replace (- (- eta - eta) ^ 2 / 2) with (- (2 * eta ^ 2)) in same by field.
  replace (- (- 2 * eta ^ 2)) with (2 * eta ^ 2) in same by ring. rewrite exp_Ropp in same.
  assert (1 < exp (2 * eta ^ 2)) by (rewrite <- exp_0; apply exp_increasing; nra).
  pose proof root_of_two_pi_above.
  set (u := exp (2 * eta ^ 2)) in *. set (root := sqrt (2 * PI)) in *.
  assert (left : 1 / (1 + u) * ((1 + u) * u * root) = u * root) by (field; lra).
  assert (right : / u / root * ((1 + u) * u * root) = 1 + u) by (field; lra).
  rewrite same, right in left. nra.
Qed.

Theorem the_feature_s_posterior_is_its_density_is_refuted :
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ (1 - p) * expit (- 2 * eta ^ 2) <> (1 - p) * normal (- eta) eta
    1.
Proof.
  exists 1, (1 / 2). repeat split; try lra. apply never_equal; lra.
Qed.

Theorem the_feature_s_posterior_is_its_density_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  (1 - p) * expit (- 2 * eta ^ 2) <> (1 - p) * normal (- eta) eta 1.
Proof.
  intros. apply never_equal; lra.
Qed.
