From symadv Require Import words lemmas.

Theorem the_chain_holds_as_proportionality :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 - p <> 0 /\ 0 < p / (1 - p) /\
  (
  expit (- 2 * eta ^ 2 - ln (p / (1 - p))) * normal (- eta) (- eta) 1 * p = (1 - p) * expit (2 * eta ^ 2 + ln (p
    / (1 - p))) * normal (- eta) eta 1).
Proof.
  intros eta p eta_positive p_positive p_below. split. is_defined. split. is_defined.
  rewrite normal_across. unfold expit. pose proof (normal_positive (- eta) (- eta)).
  set (odds := p / (1 - p)). assert (0 < odds) by (apply odds_positive; lra).
  replace (- (- 2 * eta ^ 2 - ln odds)) with (2 * eta ^ 2 + ln odds) by ring.
  replace (- (2 * eta ^ 2 + ln odds)) with (- 2 * eta ^ 2 + - ln odds) by ring.
  replace (- 2 * eta ^ 2) with (- (2 * eta ^ 2)) by ring.
  rewrite !exp_plus, !exp_Ropp, exp_ln by assumption. pose proof (exp_pos (2 * eta ^ 2)).
  unfold odds in *. field. repeat split; try lra; nra.
Qed.
