From symadv Require Import words lemmas.

Theorem the_shifted_point_fools_the_bayes_classifier_is_refuted :
  (forall eta p : R, 0 < eta -> 0 < p -> p < 1 -> 1 - p <> 0 /\ 0 < p / (1 - p)) /\
  (
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ - 2 * eta ^ 2 - ln (p / (1 - p)) >= 0).
Proof.
  split. is_defined.
  exists 1, (1 / 20). repeat split; try lra.
  replace (1 / 20 / (1 - 1 / 20)) with (/ 19) by field. rewrite ln_Rinv by lra.
  pose proof (ln_above_two 19). lra.
Qed.

Theorem the_shifted_point_fools_the_bayes_classifier_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 + exp (- 2 * eta ^ 2) <> 0 /\ 1 - p <> 0 /\ 0 < p / (1 - p) /\
  (
  p > exp (- 2 * eta ^ 2) / (1 + exp (- 2 * eta ^ 2)) <-> - 2 * eta ^ 2 - ln (p / (1 - p)) < 0).
Proof.
  intros eta p eta_positive p_positive p_below. split. is_defined. split. is_defined. split. is_defined.
  rewrite <- log_odds_above by assumption. split; intro; lra.
Qed.
