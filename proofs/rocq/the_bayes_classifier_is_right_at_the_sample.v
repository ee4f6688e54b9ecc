From symadv Require Import words lemmas.

Theorem the_bayes_classifier_is_right_at_the_sample_is_refuted :
  (forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> 1 - p <> 0 /\ 0 < p / (1 - p)) /\
  (
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ 2 * eta ^ 2 - ln (p / (1 - p)) <= 0).
Proof.
  split. is_defined.
  exists 1, (9 / 10). repeat split; try lra.
  replace (9 / 10 / (1 - 9 / 10)) with 9 by field. pose proof (ln_from_two 9). lra.
Qed.

Theorem the_bayes_classifier_is_right_at_the_sample_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 + exp (- 2 * eta ^ 2) <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p) /\
  (
  p < 1 / (1 + exp (- 2 * eta ^ 2)) <-> 2 * eta ^ 2 - ln (p / (1 - p)) > 0).
Proof.
  intros eta p eta_positive p_positive p_below. split. is_defined. split. is_defined. split. is_defined.
  pose proof (exp_pos (- 2 * eta ^ 2)).
  replace (1 / (1 + exp (- 2 * eta ^ 2))) with (exp (2 * eta ^ 2) / (1 + exp (2 * eta ^ 2))).
  - rewrite <- log_odds_below by assumption. split; intro; lra.
  - replace (2 * eta ^ 2) with (- (- 2 * eta ^ 2)) by ring. rewrite exp_Ropp. field. lra.
Qed.
