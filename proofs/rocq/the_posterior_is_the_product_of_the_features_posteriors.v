From symadv Require Import words lemmas.

Lemma product_differs (eta p : R) :
  0 < eta -> 0 < p -> p < 1 ->
  expit (- 2 * eta ^ 2 - ln (p / (1 - p))) <> (1 - p) * expit (- 2 * eta ^ 2).
Proof.
  intros eta_positive p_positive p_below same. pose proof (odds_positive p p_positive p_below).
  unfold expit in same.
  replace (- (- 2 * eta ^ 2 - ln (p / (1 - p)))) with (2 * eta ^ 2 + ln (p / (1 - p))) in same by ring.
  replace (- (- 2 * eta ^ 2)) with (2 * eta ^ 2) in same by ring.
  rewrite exp_plus, exp_ln in same by assumption. pose proof (exp_pos (2 * eta ^ 2)).
  set (u := exp (2 * eta ^ 2)) in *.
  assert (1 + u * (p / (1 - p)) > 0) by nra.
  set (v := 1 + u * (p / (1 - p))) in *.
  assert (left : 1 / v * (v * (1 + u)) = 1 + u) by (field; lra).
  assert (right : (1 - p) * (1 / (1 + u)) * (v * (1 + u)) = (1 - p) * v) by (field; lra).
  assert ((1 - p) * v = 1 - p + u * p) by (unfold v; field; lra).
  rewrite same, right in left. nra.
Qed.

Theorem the_posterior_is_the_product_of_the_features_posteriors_is_refuted :
  (forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> 1 - p <> 0 /\ 0 < p / (1 - p)) /\
  (
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ expit (- 2 * eta ^ 2 - ln (p / (1 - p))) <> (1 - p) * expit (-
    2 * eta ^ 2)).
Proof.
  split. is_defined.
  exists 1, (1 / 2). repeat split; try lra. apply product_differs; lra.
Qed.

Theorem the_posterior_is_the_product_of_the_features_posteriors_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 - p <> 0 /\ 0 < p / (1 - p) /\
  (
  expit (- 2 * eta ^ 2 - ln (p / (1 - p))) <> (1 - p) * expit (- 2 * eta ^ 2)).
Proof.
  intros eta p eta_positive p_positive p_below. split. is_defined. split. is_defined.
  now apply product_differs.
Qed.
