From symadv Require Import words lemmas.

Theorem the_other_label_is_at_least_as_probable_is_refuted :
  exists eta p : R, 0 < eta /\ 0 < p /\ p < 1 /\ (1 - p) * normal (- eta) eta 1 > normal (- eta) (- eta) 1 * p.
Proof.
  exists 1, (1 / 20). repeat split; try lra.
  rewrite normal_across. pose proof (normal_positive (- (1)) (- (1))).
  assert (1 / 10 < exp (- 2 * 1 ^ 2)); [| nra].
  replace (- 2 * 1 ^ 2) with (- (2)) by ring. rewrite exp_Ropp. pose proof exp_two. pose proof (exp_pos 2).
  apply Rmult_lt_reg_r with (exp 2). lra. field_simplify; lra.
Qed.

Theorem the_other_label_is_at_least_as_probable_exactly_when :
  forall eta p : R,
  0 < eta -> 0 < p -> p < 1 ->
  1 + exp (- 2 * eta ^ 2) <> 0 /\
  (
  p >= exp (- 2 * eta ^ 2) / (1 + exp (- 2 * eta ^ 2)) <-> (1 - p) * normal (- eta) eta 1 <= normal (- eta) (-
    eta) 1 * p).
Proof.
  intros eta p eta_positive p_positive p_below. split. is_defined.
  rewrite normal_across. pose proof (normal_positive (- eta) (- eta)). pose proof (exp_pos (- 2 * eta ^ 2)).
  set (t := exp (- 2 * eta ^ 2)) in *. split; intro at_least.
  - apply Rge_le, (Rmult_le_compat_r (1 + t)) in at_least; try lra. field_simplify in at_least; try lra. nra.
  - apply Rle_ge, Rmult_le_reg_r with (1 + t). lra. field_simplify; try lra.
    assert ((1 - p) * t <= p) by (apply Rmult_le_reg_r with (normal (- eta) (- eta) 1); lra). lra.
Qed.
